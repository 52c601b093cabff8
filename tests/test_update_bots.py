"""A bot updates on a schedule: `--markers-only` leaves conflicts that it can commit; the documented workflow runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.cli import run_here
from tests.support.documents import blocks
from tests.support.releases import FOLDER, commit_all, edit, git, made_project

COMPOSE = f"{FOLDER}/compose.yaml"


def clashing(folder: Path) -> Path:
    project = made_project(folder)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    edit(project, "legacy.conf", "legacy_2 = 2", "legacy_2 = mine")
    commit_all(project)
    return project


def test_markers_only_leaves_the_index_as_it_is(tmp_path: Path) -> None:
    project = clashing(tmp_path / "p")
    index = git(project, "ls-files", "--stage")
    ran = run_here("update", "--to", "v1.1.0", "--markers-only", cwd=project)
    assert ran.status == 4, ran.err
    assert git(project, "ls-files", "--stage") == index
    assert "<<<<<<< your-edits\ncompose_9 = mine\n" in (project / COMPOSE).read_text()
    git(project, "checkout", "--quiet", "-B", "bot/update")
    commit_all(project)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", "bot/update", str(project), str(clone))
    checked = run_here("check", cwd=clone)
    assert checked.status == 4
    assert COMPOSE in checked.err
    assert run_here("status", "--json", cwd=clone).json["conflicts"] == [COMPOSE]
    edit(clone, "compose.yaml", (clone / COMPOSE).read_text(), "decided\n")
    assert run_here("check", cwd=clone).status in (0, 3)


def test_abort_and_continue_follow_an_update_with_markers_only(tmp_path: Path) -> None:
    project = clashing(tmp_path)
    before = git(project, "status", "--porcelain"), (project / COMPOSE).read_bytes()
    assert run_here("update", "--to", "v1.1.0", "--markers-only", cwd=project).status == 4
    assert run_here("update", "--continue", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert (git(project, "status", "--porcelain"), (project / COMPOSE).read_bytes()) == before


@pytest.mark.slow
def test_many_applications_are_updated_with_markers_and_reported(tmp_path: Path) -> None:
    clashing(tmp_path / "a")
    made_project(tmp_path / "b")
    ran = run_here("update", "--all", "--to", "v1.1.0", "--markers-only", "--json", cwd=tmp_path)
    assert ran.status == 4
    found = {one["path"]: (one["outcome"], one["applied"]) for one in ran.json["applications"]}
    assert found == {"a": ("conflicts", True), "b": ("updated", True)}
    assert "<<<<<<< your-edits" in (tmp_path / "a" / COMPOSE).read_text()
    again = run_here("update", "--all", "--to", "v1.1.0", "--markers-only", cwd=tmp_path)
    assert again.status == 4
    assert "unresolved conflicts of an earlier update" in again.out


@pytest.mark.parametrize("other", ["--continue", "--abort", "--repair"])
def test_an_option_that_would_be_ignored_is_refused(tmp_path: Path, other: str) -> None:
    ran = run_here("update", "--markers-only", other, cwd=tmp_path)
    assert ran.status == 2
    assert "are mutually exclusive" in ran.err


GH = '#!/bin/sh\nif [ "$2" = edit ]; then exit 1; fi\necho "$@" >> "$GH_LOG"\n'


@pytest.mark.slow
@pytest.mark.parametrize("clash", [True, False], ids=["conflicts", "none"])
def test_the_documented_workflow_opens_a_pull_request(tmp_path: Path, clash: bool) -> None:
    project = clashing(tmp_path / "p") if clash else made_project(tmp_path / "p")
    git(tmp_path, "clone", "--quiet", "--bare", str(project), "origin.git")
    git(tmp_path, "clone", "--quiet", str(tmp_path / "origin.git"), "clone")
    [workflow] = [yaml.safe_load(block.text) for block in blocks("house-style.md") if block.place == "workflow"]
    [script] = [step["run"] for step in workflow["jobs"]["update"]["steps"] if "name" in step]
    for name, text in (("gh", GH), ("dazzle-infra", f'#!/bin/sh\nexec {sys.executable} -m dazzle_infra.cli "$@"\n')):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "RUNNER_TEMP": str(tmp_path),
        "GH_LOG": str(tmp_path / "pull-requests"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    for _ in range(2):  # the next week's run replaces the branch of this week's
        git(tmp_path / "clone", "checkout", "--quiet", "main")
        subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path / "clone", env=environment, check=True)
    branch = "bot/update-infrastructure"
    pushed = git(tmp_path / "origin.git", "show", f"{branch}:{COMPOSE}")
    assert ("<<<<<<< your-edits" in pushed) == clash
    assert "nine" in pushed
    requests = (tmp_path / "pull-requests").read_text().splitlines()
    assert requests[0].startswith(f"pr create --head {branch}")
    assert ("conflicts to resolve" in requests[0]) == clash
