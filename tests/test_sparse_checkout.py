"""Files that a sparse checkout leaves out: read from the index, never called deleted, and never written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, classes, edit, git, made_project, set_ref
from tests.support.trees import read_tree


def sparse(folder: Path, *shown: str) -> Path:
    project = made_project(folder / "app")
    git(project, "sparse-checkout", "set", "--cone", *shown)
    return project


def test_files_that_are_left_out_are_not_called_deleted(tmp_path: Path) -> None:
    project = sparse(tmp_path, f"{FOLDER}/bin")
    assert not (project / FOLDER / "scripts").exists()
    ran = run_here("status", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert "deleted" not in ran.out
    planned = classes(run_here("plan", "--json", cwd=project))
    assert planned["bin/run.sh"] == "moved"
    assert "kept-deleted" not in planned.values()


def test_an_update_that_would_change_them_is_refused_and_works_once_they_are_there(tmp_path: Path) -> None:
    project = sparse(tmp_path, f"{FOLDER}/bin")
    before = read_tree(project)
    ran = run_here("update", cwd=project)
    assert ran.status == 5
    assert f"{FOLDER}/scripts/run.sh is left out by the sparse checkout" in ran.err
    assert f"git sparse-checkout add {FOLDER}`" in ran.err
    assert read_tree(project) == before
    git(project, "sparse-checkout", "add", f"{FOLDER}/scripts")
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert classes(ran)["bin/run.sh"] == "moved"


def test_an_update_that_changes_nothing_of_them_is_made(tmp_path: Path) -> None:
    project = sparse(tmp_path, f"{FOLDER}/bin")
    ran = run_here("update", "--to", "v1.1.0", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert "scripts/run.sh" not in classes(ran)
    assert not (project / FOLDER / "scripts").exists()


def test_a_single_file_that_git_was_told_to_skip_is_read_from_the_index(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    git(project, "commit", "--quiet", "--all", "--message", "edited")
    git(project, "update-index", "--skip-worktree", f"{FOLDER}/compose.yaml")
    (project / FOLDER / "compose.yaml").unlink()
    assert classes(run_here("plan", "--json", cwd=project))["compose.yaml"] == "merged"


@pytest.mark.parametrize("command", ["docker", "plan", "update"])
def test_a_directory_whose_answers_file_is_left_out_does_not_count_as_new(tmp_path: Path, command: str) -> None:
    project = sparse(tmp_path, "elsewhere")
    set_ref(project, "v1.0.0")
    assert not (project / FOLDER).exists()
    ran = run_here(command, cwd=project)
    assert ran.status == 5
    assert f"{FOLDER}/.copier-answers.yml is left out by the sparse checkout" in ran.err
    assert not (project / FOLDER).exists()
