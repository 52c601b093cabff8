"""Trees of fields: made from models, and what fits them."""

from __future__ import annotations

from typing import Any, Literal

import pytest
import yaml
from pydantic import BaseModel, create_model

from dazzle_infra.backends.answer_fields import field_tree
from dazzle_infra.contract.fields import check_fields
from dazzle_infra.templates.fitting import Misfit, fit


class Entry(BaseModel):
    name: str
    size: Literal["small", "large"] = "small"
    limit: int | None = None


class Whole(BaseModel):
    one: Entry
    several: list[Entry] = []
    by_name: dict[str, Entry] = {}
    perhaps: Entry | None = None
    words: list[str] = []
    share: float = 0.5
    is_on: bool = True


ENTRY = {"name": "str", "size": "small | large", "limit": "int | null"}
TREE = {
    "one": ENTRY,
    "several": [ENTRY],
    "by_name": {"*": ENTRY},
    "perhaps": ENTRY,
    "words": ["str"],
    "share": "float",
    "is_on": "bool",
}
FULL = Whole(one=Entry(name="a", limit=1), several=[Entry(name="b")], by_name={"c": Entry(name="c")}, words=["d"])


def test_a_model_becomes_the_tree_of_its_fields_and_its_values_fit() -> None:
    assert field_tree(Whole) == TREE
    fitted = fit(FULL.model_dump(mode="json"), TREE)
    assert (fitted.answers, fitted.unknown, fitted.misfits) == (FULL.model_dump(mode="json"), (), ())


@pytest.mark.parametrize("annotation", [bytes, Entry | list[str], object])
def test_a_field_that_no_tree_can_hold_is_refused(annotation: Any) -> None:
    with pytest.raises(TypeError, match="has no place in a tree of fields"):
        field_tree(create_model("Odd", field=(annotation, ...)))


def test_fields_that_are_not_known_are_left_out_at_every_depth_and_named() -> None:
    entry = {"name": "x", "new": 1}
    answers = {"one": entry, "several": [entry, {"new": 2}], "by_name": {"k": entry}, "own": {"new": [entry]}}
    fitted = fit(answers, TREE)
    assert fitted.answers == {
        "one": {"name": "x"},
        "several": [{"name": "x"}, {}],
        "by_name": {"k": {"name": "x"}},
        "own": {"new": [entry]},
    }
    assert [".".join(path) for path in fitted.unknown] == [
        "one.new",
        "several.x.new",
        "several.2.new",
        "by_name.k.new",
    ]


@pytest.mark.parametrize(
    ("answers", "path", "accepted"),
    [
        ({"one": {"size": "huge"}}, "one.size", "small, large"),
        ({"several": [{"name": "x", "limit": "1"}]}, "several.x.limit", "a whole number, nothing"),
        ({"one": {"limit": True}}, "one.limit", "a whole number, nothing"),
        ({"words": ["a", 2]}, "words.2", "a text"),
        ({"words": "a"}, "words", "a list"),
        ({"one": ["a"]}, "one", "a mapping"),
        ({"is_on": 1}, "is_on", "true or false"),
        ({"share": None}, "share", "a number"),
    ],
)
def test_a_value_that_is_not_accepted_is_found(answers: dict[str, object], path: str, accepted: str) -> None:
    [found] = fit(answers, TREE).misfits
    assert (".".join(found.path), found.accepted) == (path, accepted)


def test_a_list_that_is_used_twice_becomes_no_anchor() -> None:
    entries = [{"name": "x"}]
    fitted = fit({"several": entries, "own": entries, "other": entries}, TREE)
    assert "&" not in yaml.safe_dump(fitted.answers)


def test_a_fork_that_lists_no_fields_of_an_answer_or_refuses_a_value_is_told() -> None:
    misfit = Misfit(("one", "size"), "large", "small")
    missing, refused = check_fields({"one": ENTRY}, ["one", "several"], TREE, [misfit, misfit])
    assert (missing.where, missing.breaks) == ("answer-fields.yml: several", False)
    assert (refused.where, refused.breaks) == ("answer-fields.yml: one.size", True)
    assert check_fields(TREE, list(TREE), TREE, []) == []
