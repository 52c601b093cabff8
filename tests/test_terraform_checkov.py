from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.checkov import checked
from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_checkov_finds_nothing_and_every_skip_has_its_reason(
    shapes: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    shutil.copytree(shapes[shape], tmp_path / "made")
    report = checked(tmp_path / "made")
    results = report["results"]
    assert not [f"{one['check_id']} {one['resource']}" for one in results["failed_checks"]]
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 200
    reasons = [(one["check_id"], one["check_result"]["suppress_comment"]) for one in results["skipped_checks"]]
    assert reasons
    assert not [check for check, reason in reasons if len(reason.split()) < 3]


@pytest.mark.slow
def test_a_skip_that_is_not_needed_is_none(shapes: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(shapes["everything"], tmp_path / "made")
    written = {
        (path.relative_to(tmp_path / "made").as_posix(), check)
        for path in (tmp_path / "made").rglob("*.tf")
        for check in re.findall(r"checkov:skip=(\w+)", path.read_text())
    }
    skipped = checked(tmp_path / "made")["results"]["skipped_checks"]
    used = {(one["file_path"].lstrip("/"), one["check_id"]) for one in skipped}
    assert written <= used


@pytest.mark.slow
def test_no_check_is_skipped_for_a_whole_tree(shapes: dict[str, Path]) -> None:
    for tree in shapes.values():
        assert not [path for path in tree.rglob("*") if "checkov" in path.name]
