"""Two branches were both updated, and git merges them: what the commands say, and the ways out that are documented."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.documents import blocks
from tests.support.releases import FOLDER, WITH_FILES, WITH_MAIL, commit_all, git, made_project, set_model

ANSWERS = f"{FOLDER}/.copier-answers.yml"
BOTH = {**WITH_FILES, **WITH_MAIL, "domain": WITH_FILES["domain"]}
COMMANDS = [["status"], ["check"], ["plan"], ["update"], ["docker"], ["update", "--repair"]]


@cache
def _updated(folder: Path) -> Path:
    project = made_project(folder)
    for branch, model in (("files", WITH_FILES), ("mail", WITH_MAIL)):
        git(project, "checkout", "--quiet", "-b", branch, "main")
        set_model(project, model)
        assert run_here("update", "--to", "recorded", cwd=project).status == 0
        git(project, "checkout", "--quiet", "main", "--", "appspec.json")
        commit_all(project)
    return project


@pytest.fixture
def two(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository on `mail`, which was updated; so was `files`. The model is what both make together."""
    made = _updated(tmp_path_factory.getbasetemp() / "two-branches")
    project = shutil.copytree(made, tmp_path / "project", symlinks=True)
    set_model(project, BOTH)
    commit_all(project)
    return project


def finished(project: Path) -> None:
    """Finish the merge, update, and see that what both branches brought is there."""
    commit_all(project)
    ran = run_here("update", "--to", "recorded", cwd=project)
    assert ran.status == 0, ran.err
    assert (project / FOLDER / "storage.conf").exists()
    assert (project / FOLDER / "mail.conf").exists()
    assert "mail = yes" in (project / FOLDER / "compose.yaml").read_text()
    assert "storage: true" in (project / ANSWERS).read_text()


def test_every_command_names_the_merge_and_the_way_out(two: Path) -> None:
    git(two, "merge", "--quiet", "files", status=1)
    before = git(two, "status", "--porcelain")
    for command in COMMANDS:
        ran = run_here(*command, cwd=two)
        assert ran.status == 4, command
        assert f"git merge in progress: {ANSWERS} has conflicts" in ran.err
        assert "git restore --source=HEAD --staged --worktree infra/docker" in ran.err
        assert "git commit" in ran.err
    assert git(two, "status", "--porcelain") == before
    git(two, "restore", "--source=HEAD", "--staged", "--worktree", FOLDER)
    finished(two)


@pytest.mark.slow
def test_an_answers_file_without_markers_that_is_unmerged_is_recognised(two: Path) -> None:
    git(two, "merge", "--quiet", "files", status=1)
    git(two, "checkout", "--quiet", "--ours", ANSWERS)
    assert run_here("check", cwd=two).status == 4
    git(two, "add", ANSWERS)
    assert run_here("check", cwd=two).status != 4


@pytest.mark.slow
def test_markers_that_were_committed_are_named_with_their_line(two: Path) -> None:
    git(two, "merge", "--quiet", "files", status=1)
    commit_all(two)
    ran = run_here("check", "--json", cwd=two)
    assert (ran.status, ran.json["code"]) == (4, "answers_unmerged")
    first = next(n for n, line in enumerate((two / ANSWERS).read_text().splitlines(), 1) if line.startswith("<<<<<<< "))
    assert ran.json["where"] == {"file": ANSWERS, "line": first, "key": None}
    git(two, "restore", "--source=HEAD^", FOLDER)
    finished(two)


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["rebase", "cherry-pick"])
def test_the_operation_is_named(two: Path, operation: str) -> None:
    git(two, operation, "files", status=1)
    ran = run_here("status", cwd=two)
    assert ran.status == 4
    assert f"git {operation} in progress" in ran.err
    assert f"git {operation} --continue" in ran.err


def test_with_the_documented_attribute_the_answers_file_does_not_conflict(two: Path) -> None:
    [recipe] = [block.text for block in blocks("updating.md") if block.place == "attribute"]
    git(two, "checkout", "--quiet", "mail")
    subprocess.run(["sh", "-ec", recipe], cwd=two, check=True)
    commit_all(two)
    git(two, "merge", "--quiet", "--no-edit", "files")
    assert run_here("check", "docker", cwd=two).status == 3
    finished(two)


@pytest.mark.slow
def test_the_documented_way_keeps_what_the_other_branch_edited(two: Path) -> None:
    [recipe] = [block.text for block in blocks("updating.md") if block.place == "other"]
    git(two, "checkout", "--quiet", "files")
    script = two / FOLDER / "scripts/stop.sh"
    script.write_text(f"{script.read_text()}echo stopped\n")
    commit_all(two)
    git(two, "checkout", "--quiet", "mail")
    git(two, "merge", "--quiet", "files", status=1)
    subprocess.run(["sh", "-ec", recipe], cwd=two, check=True)
    finished(two)
    assert script.read_text().endswith("echo stopped\n")
