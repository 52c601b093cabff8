from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.checkov import checked
from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_checkov")]


@pytest.fixture(scope="module")
def report_of(shapes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """Return a function that checks a shape, the first time that it is asked for."""

    @cache
    def report(shape: str) -> dict[str, Any]:
        return checked(Path(shutil.copytree(shapes[shape], tmp_path_factory.mktemp(shape) / "made")))

    return report


@pytest.mark.parametrize("shape", SHAPES)
def test_checkov_finds_nothing_and_every_skip_has_its_reason(
    report_of: Callable[[str], dict[str, Any]], shape: str
) -> None:
    report = report_of(shape)
    results = report["results"]
    assert not [f"{one['check_id']} {one['resource']}" for one in results["failed_checks"]]
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] > 200
    reasons = [(one["check_id"], one["check_result"]["suppress_comment"]) for one in results["skipped_checks"]]
    assert reasons
    assert not [check for check, reason in reasons if len(reason.split()) < 3]


def test_a_skip_that_is_not_needed_is_none(shapes: dict[str, Path], report_of: Callable[[str], dict[str, Any]]) -> None:
    made = shapes["everything"]
    written = {
        (path.relative_to(made).as_posix(), check)
        for path in made.rglob("*.tf")
        for check in re.findall(r"checkov:skip=(\w+)", path.read_text())
    }
    skipped = report_of("everything")["results"]["skipped_checks"]
    used = {(one["file_path"].lstrip("/"), one["check_id"]) for one in skipped}
    assert written <= used


def test_no_check_is_skipped_for_a_whole_tree(shapes: dict[str, Path]) -> None:
    for tree in shapes.values():
        assert not [path for path in tree.rglob("*") if "checkov" in path.name]
