"""Which bucket keeps its data where variables of buckets change: the former names that the answers record."""

from __future__ import annotations

import pytest

from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.terraform.buckets import renamed_buckets

CASES: dict[str, tuple[list[str], dict[str, str], list[str], dict[str, str]]] = {
    "nothing changes": (["A"], {}, ["A"], {}),
    "one leaves and one comes": (["A"], {}, ["B"], {"A": "B"}),
    "the others stay": (["A", "C"], {}, ["B", "C"], {"A": "B"}),
    "one leaves and two come": (["A"], {}, ["B", "C"], {}),
    "one leaves": (["A", "B"], {}, ["A"], {}),
    "one comes": (["A"], {}, ["A", "B"], {}),
    "a former name stays": (["B"], {"A": "B"}, ["B"], {"A": "B"}),
    "a second change follows the first": (["B"], {"A": "B"}, ["C"], {"A": "B", "B": "C"}),
    "a name returns": (["B"], {"A": "B"}, ["A"], {"B": "A"}),
    "a former name is used by another bucket": (["B"], {"A": "B"}, ["A", "B"], {}),
    "the name before last returns": (["C"], {"A": "B", "B": "C"}, ["B"], {"A": "C", "C": "B"}),
    "a former name between two others is used again": (["C"], {"A": "B", "B": "C"}, ["B", "C"], {"A": "C"}),
    "the bucket leaves": (["B", "X"], {"A": "B"}, ["X"], {}),
}


@pytest.mark.parametrize(("recorded", "former", "buckets", "expected"), CASES.values(), ids=CASES)
def test_a_former_name_is_recorded_where_one_variable_replaces_one(
    recorded: list[str], former: dict[str, str], buckets: list[str], expected: dict[str, str]
) -> None:
    made = Made({"storage": True, "storage_buckets": recorded, "renamed_buckets": former})
    found = renamed_buckets(buckets, made)
    assert found == expected
    assert len(set(found.values())) == len(found)
    assert not set(found) & set(buckets)
    again = Made({"storage": True, "storage_buckets": buckets, "renamed_buckets": found})
    assert renamed_buckets(buckets, again) == found


def test_nothing_is_moved_where_nothing_was_made_or_no_bucket_was() -> None:
    assert renamed_buckets(["A"], Made()) == {}
    assert renamed_buckets(["A"], Made({"storage": False, "storage_buckets": ["B"]})) == {}
