"""The supported versions of Python are the same everywhere; a newer one is named once and works."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from dazzle_infra.values import interpreter
from scripts.pythons import LIBRARIES
from tests.support.cli import run_here, small_project

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAMES = [".".join(map(str, version)) for version in interpreter.TESTED]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))


def test_package_workflow_and_environments_name_the_same_versions() -> None:
    prefix = "Programming Language :: Python :: 3."
    classified = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if name.startswith(prefix)]
    assert classified == NAMES
    assert WORKFLOW["jobs"]["ci"]["strategy"]["matrix"]["python"] == NAMES
    assert list(LIBRARIES) == list(interpreter.TESTED)
    assert PROJECT["requires-python"] == f">={NAMES[0]}"
    assert f"{NAMES[0]} to {NAMES[-1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_workflow_has_no_rights_but_to_read_and_pins_what_others_wrote() -> None:
    job = WORKFLOW["jobs"]["ci"]
    assert WORKFLOW["permissions"] == {}
    assert job["permissions"] == {"contents": "read"}
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert [name.partition("@")[0] for name in used] == ["actions/checkout", "actions/setup-python"]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in used)
    assert job["steps"][0]["with"] == {"persist-credentials": False}
    assert job["steps"][-1]["run"] == ".ci/run"


def test_a_newer_python_is_warned_of_once_and_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreter, "NEWEST", (3, 10))
    project = small_project(tmp_path)
    ran = run_here("docker", "--json", cwd=project)
    assert ran.status == 0
    assert json.loads(ran.out)["ok"]
    assert re.fullmatch(r"warning: Python 3\.\d+ is not tested with .*; the newest tested version is 3\.10\n", ran.err)
    assert run_here("status", "--quiet", cwd=project).err == ""


def test_a_tested_python_is_not_mentioned(tmp_path: Path) -> None:
    assert "not tested" not in run_here("explain", cwd=small_project(tmp_path)).err
