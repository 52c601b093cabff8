"""What an update records belongs to its branch: conflicts, backups, copies of answers files, and git's index."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE, Write, apply, recover
from dazzle_infra.values.trees import File
from tests.support.cli import run_here
from tests.support.releases import FOLDER, commit_all, edit, git, made_project
from tests.support.trees import build_tree, read_tree

ANSWERS = f"{FOLDER}/.copier-answers.yml"
COMPOSE = f"{FOLDER}/compose.yaml"


def conflicting(project: Path) -> Path:
    """Leave a conflict in compose.yaml."""
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    commit_all(project)
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    assert ran.status == 4, ran.err
    return project


@cache
def _on_feature(folder: Path) -> Path:
    project = made_project(folder)
    git(project, "checkout", "--quiet", "-b", "feature")
    conflicting(project)
    commit_all(project)
    return project


@pytest.fixture
def feature(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository whose branch `feature` has the open conflicts of an update committed; `main` is older."""
    made = _on_feature(tmp_path_factory.getbasetemp() / "on-feature")
    return shutil.copytree(made, tmp_path / "project", symlinks=True)


def state(project: Path) -> tuple[dict[str, bytes], str]:
    files = {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}
    return files, git(project, "ls-files", "--stage")


def test_open_conflicts_block_their_own_branch_alone(feature: Path) -> None:
    assert run_here("check", cwd=feature).status == 4
    git(feature, "checkout", "--quiet", "main")
    assert run_here("check", cwd=feature).status == 3
    assert run_here("status", "--json", cwd=feature).json["conflicts"] == []
    git(feature, "checkout", "--quiet", "feature")
    assert run_here("check", cwd=feature).status == 4
    assert run_here("status", "--json", cwd=feature).json["conflicts"] == [COMPOSE]


@pytest.mark.parametrize("command", [["update", "--abort"], ["update", "--continue"], ["undo"]], ids=" ".join)
@pytest.mark.parametrize("place", ["branch", pytest.param("detached", marks=pytest.mark.slow)])
def test_on_another_branch_nothing_of_the_update_is_written_or_staged(
    feature: Path, command: list[str], place: str
) -> None:
    git(feature, "checkout", "--quiet", *(["--detach"] if place == "detached" else []), "main")
    before = state(feature)
    ran = run_here(*command, cwd=feature)
    assert ran.status == 5
    assert "feature (" in ran.err
    assert state(feature) == before
    git(feature, "checkout", "--quiet", "feature")
    assert run_here("update", "--abort", cwd=feature).status == 0
    assert "compose_9 = mine\n" in (feature / COMPOSE).read_text()


@pytest.mark.slow
def test_an_update_of_another_branch_leaves_the_open_conflicts_of_the_first(feature: Path) -> None:
    git(feature, "checkout", "--quiet", "main")
    assert run_here("update", "--to", "v1.1.0", cwd=feature).status == 0
    commit_all(feature)
    git(feature, "checkout", "--quiet", "feature")
    assert run_here("check", cwd=feature).status == 4
    edit(feature, "compose.yaml", (feature / COMPOSE).read_text(), "decided\n")
    assert run_here("update", "--continue", cwd=feature).status == 0


@pytest.mark.slow
def test_conflicts_move_along_to_a_branch_that_is_made_of_them(tmp_path: Path) -> None:
    project = conflicting(made_project(tmp_path))
    git(project, "add", "--all")
    git(project, "checkout", "--quiet", "-b", "resolve")
    commit_all(project)
    assert run_here("check", cwd=project).status == 4
    git(project, "checkout", "--quiet", "main")
    assert run_here("check", cwd=project).status == 3, "nothing of the update is on main"
    git(project, "checkout", "--quiet", "resolve")
    (project / COMPOSE).write_text("decided\n")
    assert run_here("update", "--continue", cwd=project).status == 0


@pytest.mark.slow
def test_conflicts_that_were_rebased_stay_open_and_can_be_resolved(feature: Path) -> None:
    git(feature, "checkout", "--quiet", "main")
    build_tree(feature, {"other.txt": "1\n"})
    commit_all(feature)
    git(feature, "checkout", "--quiet", "feature")
    git(feature, "rebase", "--quiet", "main")
    assert run_here("check", cwd=feature).status == 4
    (feature / COMPOSE).write_text("decided\n")
    assert run_here("update", "--continue", cwd=feature).status == 0


@pytest.mark.slow
def test_an_update_in_the_middle_of_a_rebase_belongs_to_the_commit_that_is_checked_out(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    build_tree(project, {"other.txt": "1\n"})
    commit_all(project)
    git(project, "-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "--quiet", "-i", "HEAD~1")
    before = state(project)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 4
    assert run_here("check", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    edit(project, "compose.yaml", "compose_9 = mine", "compose_9 = 9")
    assert state(project) == before


@pytest.mark.slow
def test_each_worktree_has_conflicts_of_its_own(tmp_path: Path) -> None:
    project = made_project(tmp_path / "project")
    git(project, "worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked"))
    conflicting(project)
    assert run_here("check", cwd=tmp_path / "linked").status == 3
    assert run_here("update", "--abort", cwd=tmp_path / "linked").status == 5
    assert run_here("check", cwd=project).status == 4


@pytest.mark.slow
def test_before_the_first_commit_the_unborn_branch_counts(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    git(project, "init", "--quiet")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    git(project, "add", COMPOSE)
    before = state(project)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert state(project) == before


def test_abort_stages_nothing_where_the_update_was_made_outside_of_a_repository(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 4
    git(project, "init", "--quiet")
    commit_all(project)
    index = git(project, "ls-files", "--stage")
    assert run_here("update", "--abort", cwd=project).status == 0
    assert "compose_9 = mine\n" in (project / COMPOSE).read_text()
    assert git(project, "ls-files", "--stage") == index


def test_abort_keeps_the_index_entry_of_a_file_that_was_not_made_unmerged(tmp_path: Path) -> None:
    """A folder below the repository can be a repository of its own, or a mount: its conflicts are markers alone."""
    project = made_project(tmp_path)
    (project / FOLDER / ".git").mkdir()
    git(project / FOLDER, "init", "--quiet")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    index = git(project, "ls-files", "--stage")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert git(project, "ls-files", "--stage") == index


KILLED = """
import os, sys
from pathlib import Path
from dazzle_infra.values.trees import File; from dazzle_infra.transaction import Write, apply
project, point = Path(sys.argv[1]), sys.argv[2]
writes = [Write("a", File(b"new"), b"old"), Write("b", None, b"old"), Write("c", File(b"new"))]
apply(project, writes, lambda reached: os._exit(9) if reached == point else None, backup="00001")
"""


@pytest.mark.parametrize("point", ["removed b", "wrote a", "wrote c", "written", "saved"])
@pytest.mark.parametrize("carried", [False, True], ids=["checked out", "carried over"])
def test_a_killed_run_is_not_rolled_back_into_another_branch(tmp_path: Path, point: str, carried: bool) -> None:
    """The other branch has what the run was writing: its files are its own, and no longer the run's."""
    project = build_tree(tmp_path, {"a": "old", "b": "old"})
    git(project, "init", "--quiet")
    commit_all(project)
    git(project, "checkout", "--quiet", "-b", "other")
    if carried:
        commit_all(project)
    else:
        apply(project, [Write("a", File(b"new"), b"old"), Write("b", None, b"old"), Write("c", File(b"new"))])
        commit_all(project)
    git(project, "checkout", "--quiet", "main")
    died = subprocess.run([sys.executable, "-c", KILLED, str(project), point], check=False)
    assert died.returncode == 9
    git(project, "checkout", "--quiet", *([] if carried else ["--force"]), "other")
    if not carried:
        git(project, "clean", "--force", "--quiet")
    recover(project)
    assert git(project, "status", "--porcelain") == ""
    assert not (project / STATE / "journal.json").exists()


@pytest.mark.parametrize("lost", ["missing", pytest.param("broken", marks=pytest.mark.slow)])
def test_repair_takes_the_history_of_the_branch_before_a_copy_of_another(tmp_path: Path, lost: str) -> None:
    project = made_project(tmp_path)
    recorded = (project / ANSWERS).read_bytes()
    git(project, "checkout", "--quiet", "-b", "newer")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    commit_all(project)
    git(project, "checkout", "--quiet", "main")
    (project / ANSWERS).unlink() if lost == "missing" else (project / ANSWERS).write_text("a: [")
    ran = run_here("update", "--repair", cwd=project)
    assert "the history of the repository" in ran.out
    assert (project / ANSWERS).read_bytes() == recorded


@pytest.mark.slow
def test_repair_takes_the_copy_of_an_update_that_was_not_committed(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    recorded = (project / ANSWERS).read_bytes()
    (project / ANSWERS).unlink()
    ran = run_here("update", "--repair", cwd=project)
    assert "the copy in .dazzle-infra" in ran.out
    assert (project / ANSWERS).read_bytes() == recorded


@pytest.mark.slow
def test_a_stale_copy_does_not_win_over_the_release_that_fits_the_files(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    files, recorded = read_tree(project / FOLDER), (project / ANSWERS).read_bytes()
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    shutil.rmtree(project / FOLDER)
    build_tree(project / FOLDER, {path: content for path, content in files.items() if path != ".copier-answers.yml"})
    ran = run_here("update", "--repair", cwd=project)
    assert "assumed v1.0.0" in ran.out
    assert (project / ANSWERS).read_bytes() == recorded
