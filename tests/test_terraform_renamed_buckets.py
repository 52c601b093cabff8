"""A bucket whose variable gets another name stays: the plan moves it, and neither it nor its settings are destroyed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.terraform import local_state
from tests.support.terraform_runs import applied, planned
from tests.support.terraform_template import BARE, copier_template, render

__all__ = ["copier_template"]

BEFORE = BARE.model_copy(update={"storage": True, "storage_buckets": ["STORAGE_BUCKET"]})
AFTER = {"storage_buckets": ["SCANS_BUCKET"], "renamed_buckets": {"STORAGE_BUCKET": "SCANS_BUCKET"}}


def changes(plan: dict[str, Any]) -> dict[str, str]:
    """Return what happens to each managed resource of the module, by its former and its new address."""
    return {
        " > ".join(dict.fromkeys((one.get("previous_address", one["address"]), one["address"]))): "/".join(
            one["change"]["actions"]
        )
        for one in plan["resource_changes"]
        if one["mode"] == "managed" and ".aws_s3_bucket" in one["address"] and ".storage." in one["address"]
    }


@pytest.mark.slow
def test_a_renamed_bucket_is_moved_with_all_its_settings_and_nothing_is_destroyed(
    copier: CopierFixture, tmp_path: Path
) -> None:
    root = render(copier, tmp_path / "first", BEFORE) / "envs" / "dev"
    tool = local_state(root)
    planned(tool, root)
    applied(tool, root)
    state = root / "terraform.tfstate"

    def replanned(name: str, update: dict[str, Any]) -> dict[str, str]:
        there = render(copier, tmp_path / name, BEFORE.model_copy(update=update)) / "envs" / "dev"
        shutil.copy(state, there)
        return changes(planned(local_state(there), there, "-refresh=false"))

    moved = replanned("second", AFTER)
    assert len(moved) == 9
    assert all(re.search(r'\["STORAGE_BUCKET"\] > .*\["SCANS_BUCKET"\]$', address) for address in moved)
    assert set(moved.values()) <= {"no-op", "update"}, moved

    without = replanned("third", AFTER | {"renamed_buckets": {}})
    assert set(without.values()) == {"create", "delete"}
