from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.terraform_inventory import INVENTORIES, assert_inventory, inventory
from tests.support.terraform_runs import CASES, planned, root_of
from tests.support.terraform_template import copier_template

__all__ = ["copier_template"]


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_plan_is_the_one_of_the_inventory(copier: CopierFixture, tmp_path: Path, case: str) -> None:
    tool, root = root_of(copier, tmp_path / "made", *CASES[case])
    assert_inventory(inventory(planned(tool, root), tmp_path / "made"), case)


def test_there_is_an_inventory_for_each_case_and_no_other() -> None:
    assert sorted(path.stem for path in INVENTORIES.iterdir()) == sorted(CASES)
