from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pairs import pairs

OPTIONS = st.dictionaries(
    st.sampled_from("abcdef"), st.lists(st.integers(), min_size=1, max_size=4, unique=True), min_size=2
)


@settings(deadline=None)
@given(OPTIONS)
def test_any_two_values_of_two_options_meet_in_a_case(options: dict[str, list[int]]) -> None:
    cases = pairs(options)
    for one, other in combinations(options, 2):
        met = {(case[one], case[other]) for case in cases}
        assert met == set(product(options[one], options[other]))


@settings(deadline=None)
@given(OPTIONS)
def test_the_same_options_always_give_the_same_cases(options: dict[str, list[int]]) -> None:
    assert pairs(options) == pairs(dict(options))


def test_twelve_switches_take_a_dozen_cases() -> None:
    assert len(pairs({str(number): [False, True] for number in range(12)})) <= 12


@pytest.mark.parametrize(("options", "cases"), [({}, []), ({"a": [1, 2]}, [{"a": 1}, {"a": 2}])])
def test_fewer_than_two_options_have_no_pairs(options: dict[str, list[object]], cases: list[dict[str, object]]) -> None:
    assert pairs(options) == cases
