"""Answers of git that are remembered while many applications, or one plan, are worked on."""

from __future__ import annotations

import pytest

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates.memory import remembered, remembering

asked: list[str] = []


@remembered
def length(text: str) -> int:
    asked.append(text)
    if not text:
        raise TemplateError("nothing is there")
    return len(text)


@pytest.fixture(autouse=True)
def _none_asked() -> None:
    asked.clear()


def test_outside_every_question_is_asked_anew() -> None:
    assert [length("a"), length("a")] == [1, 1]
    assert asked == ["a", "a"]


def test_what_is_opened_twice_is_one_memory_until_both_are_closed() -> None:
    outer, inner = remembering(), remembering()
    with outer:
        length("a")
        inner.__enter__()
        length("a")
    length("a")  # as a thread would that has come later and is still at work
    inner.__exit__(None, None, None)
    assert asked == ["a"]
    length("a")
    assert asked == ["a", "a"]


def test_an_error_is_an_answer_and_each_who_asks_gets_one_of_his_own() -> None:
    errors = []
    with remembering():
        for _ in range(2):
            with pytest.raises(TemplateError) as raised:
                length("")
            errors.append(raised.value)
    assert asked == [""]
    assert errors[0] is not errors[1]
    assert errors[0].message == errors[1].message
