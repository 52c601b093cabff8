"""An answer that changes is told in a line; of a list, which of its entries come and go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.cli.answers import describe
from dazzle_infra.operations.answer_changes import AnswerChange

TOKEN = {"name": "TOKEN", "secret": True, "value": "", "because": "integration crm"}
URL = {"name": "URL", "secret": False, "value": "https://a.example", "because": "integration crm"}


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("storage", False, True, "no → yes"),
        ("app_title", "Desk", "Ticket Desk", "Desk → Ticket Desk"),
        ("app_title", 40 * "a", 40 * "a" + "b", "changed"),
        ("secrets", ["A", "B"], ["B", "C"], "+ C, - A"),
        ("secrets", ["A", "B"], ["B", "A"], "order changed"),
        ("variables", [TOKEN], [TOKEN, URL], "+ URL"),
        ("app_title", "", "Desk", "'' → Desk"),
        ("copy_paths", [], list("abcdefgh"), "+ a, + b, + c, + d, + e, + f (+2 more)"),
        ("worker_command", ["run", "a"], ["run", "b"], "['run', 'a'] → ['run', 'b']"),
        ("runtime", None, "dazzle", "none → dazzle"),
        ("regions", {"dev": "a", "qa": "a"}, {"dev": "b", "prod": "c"}, "+ prod c, - qa, dev a → b"),
        ("regions", {"dev": "a", "qa": "b"}, {"qa": "b", "dev": "a"}, "order changed"),
        ("odd", ["a", "a"], ["a"], "['a', 'a'] → ['a']"),
    ],
)
def test_a_change_is_told_in_a_line(name: str, before: object, after: object, said: str) -> None:
    assert describe(AnswerChange(name, before, after, "")) == f"{name}: {said}"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], list("abcdefgh"), "+ a, + b, + c, + d, + e, + f, + g, + h"),
        (40 * "a", 40 * "a" + "b", f"{40 * 'a'} → {40 * 'a'}b"),
    ],
)
def test_nothing_is_left_out_where_all_is_wanted(before: object, after: object, said: str) -> None:
    assert describe(AnswerChange("x", before, after, ""), whole=True) == f"x: {said}"


NAMES = st.lists(st.text(alphabet="ABCDEF", min_size=1, max_size=2), unique=True, max_size=3)


@given(NAMES, NAMES)
def test_what_comes_and_goes_is_named_and_nothing_else(before: list[str], after: list[str]) -> None:
    come = [f"+ {name}" for name in after if name not in before]
    gone = [f"- {name}" for name in before if name not in after]
    told = describe(AnswerChange("secrets", before, after, ""))
    assert told == f"secrets: {', '.join([*come, *gone]) or 'order changed'}"
