"""An answer that changes is told in a line; of a list, which of its entries come and go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.cli.answers import describe, described
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
        ("worker_command", ["run", "a"], ["run", "b"], "run a → run b"),
        ("runtime", None, "dazzle", "none → dazzle"),
        ("regions", {"dev": "a", "qa": "a"}, {"dev": "b", "prod": "c"}, "+ prod c, - qa, dev a → b"),
        ("regions", {"dev": "a", "qa": "b"}, {"qa": "b", "dev": "a"}, "order changed"),
        ("odd", ["a", "a"], ["a"], "a, a → a"),
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


SIZES = {"shared_buffers_mb": 104, "effective_cache_size_mb": 208, "work_mem_mb": 2}
MEMORY = [{"name": "postgres", "megabytes": 416}, {"name": "web", "megabytes": 320}]


@pytest.mark.parametrize(
    ("key", "before", "after", "said"),
    [
        (
            "postgres",
            SIZES,
            {**SIZES, "shared_buffers_mb": 232, "work_mem_mb": 4},
            ["postgres.shared_buffers_mb 104 → 232", "postgres.work_mem_mb 2 → 4"],
        ),
        ("memory", MEMORY, [{**MEMORY[0], "megabytes": 928}, MEMORY[1]], ["memory.postgres.megabytes 416 → 928"]),
        ("memory", MEMORY, [MEMORY[1]], ["memory - postgres"]),
        ("memory", MEMORY, MEMORY[::-1], ["memory order changed"]),
        ("command", ["run", "a b"], ["run"], ["command run 'a b' → run"]),
        ("ports", [80, 443], [], ["ports 80, 443 → none"]),
    ],
)
def test_nested_fields_of_an_entry_are_told_one_by_one(
    key: str, before: object, after: object, said: list[str]
) -> None:
    answer = AnswerChange("environments", [], [], "", differences=(Difference("live", key, before, after, "a key"),))
    assert described(answer) == [(f"environments: live: {one}", "a key") for one in said]
    assert describe(answer) == f"environments: {', '.join(f'live: {one}' for one in said)}"


def test_a_line_with_many_nested_fields_is_not_longer_than_a_person_reads() -> None:
    before = {f"a_field_with_a_long_name_{number}": number for number in range(20)}
    after = {name: value + 1 for name, value in before.items()}
    answer = AnswerChange("environments", [], [], "", differences=(Difference("live", "sizes", before, after),))
    assert len(describe(answer)) < 150
    assert describe(answer).endswith(" more)")
    assert describe(answer, whole=True).count("→") == 20


NAMES = st.lists(st.text(alphabet="ABCDEF", min_size=1, max_size=2), unique=True, max_size=3)


@given(NAMES, NAMES)
def test_what_comes_and_goes_is_named_and_nothing_else(before: list[str], after: list[str]) -> None:
    come = [f"+ {name}" for name in after if name not in before]
    gone = [f"- {name}" for name in before if name not in after]
    told = describe(AnswerChange("secrets", before, after, ""))
    assert told == f"secrets: {', '.join([*come, *gone]) or 'order changed'}"
