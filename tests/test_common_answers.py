"""What a template gets of the vocabulary."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.backends.common_answers import answers_for
from dazzle_infra.errors import TemplateError
from dazzle_infra.workload.vocabulary import Output, vocabulary
from tests.support.workloads import workload


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    return vocabulary(workload(tmp_path), Output("infra/x"))


def test_a_template_gets_what_it_asks_and_nothing_else(told: dict[str, Any]) -> None:
    questions = {"services": {"type": "yaml"}, "app_name": "x", "owner": {"type": "str"}, "user_id": {"type": "int"}}
    assert answers_for(questions, told) == {
        "services": told["services"],
        "app_name": "desk",
        "user_id": 10001,
    }


def test_what_it_gets_shares_nothing_with_the_vocabulary(told: dict[str, Any]) -> None:
    answers: Any = answers_for({"services": {"type": "json"}}, told)
    answers["services"][0]["command"].clear()
    assert told["services"][0]["command"]


@pytest.mark.parametrize("question", [{"type": "yaml"}, {"type": "json"}, {"default": []}, {}, []])
def test_a_record_answers_a_question_of_yaml_or_json(told: dict[str, Any], question: object) -> None:
    assert answers_for({"stores": question}, told) == {"stores": told["stores"]}


@pytest.mark.parametrize(
    ("name", "question", "found", "expected"),
    [
        ("services", {"type": "str"}, "str", "yaml"),
        ("services", "none", "str", "yaml"),
        ("app_name", {"type": "yaml"}, "yaml", "str"),
        ("app_name", {"type": "str", "multiselect": True, "choices": ["a"]}, "multiselect str", "str"),
        ("user_id", {"type": "str"}, "str", "int"),
        ("user_id", {"default": True}, "bool", "int"),
        ("image", {}, "yaml", "str"),
    ],
)
def test_a_question_of_another_type_is_refused_by_name(
    told: dict[str, Any], name: str, question: object, found: str, expected: str
) -> None:
    with pytest.raises(TemplateError, match=f"acme v1: the question {name} has the type {found};.* type {expected}$"):
        answers_for({name: question}, told, "acme v1")
