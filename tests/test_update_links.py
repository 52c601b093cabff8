"""A link inside of the project, `infra -> real`: git knows the files by their real paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, commit_all, edit, git, made_project
from tests.support.trees import read_tree

REAL = "real/docker/compose.yaml"


def linked(folder: Path) -> Path:
    """Make a project below the top of a repository, with `infra` a link to `real`, and an edit that conflicts."""
    project = made_project(folder / "repository" / "app", commit=False)
    (project / "infra").rename(project / "real")
    (project / "infra").symlink_to("real")
    git(folder / "repository", "init", "--quiet")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    commit_all(folder / "repository")
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    assert ran.status == 4, ran.err
    return project


def test_conflicts_are_recorded_at_the_path_that_git_knows(tmp_path: Path) -> None:
    project = linked(tmp_path)
    status = git(project, "status", "--porcelain", ".").splitlines()
    assert [line for line in status if "U" in line[:2]] == [f"UU app/{REAL}"]
    assert "app/infra" not in git(project, "ls-files", "--full-name", ":/").replace("app/infra\n", "")
    git(project, "checkout", "--theirs", REAL)
    assert "compose_9 = nine" in (project / REAL).read_text()


@pytest.mark.parametrize("way", ["--continue", "--abort"])
def test_both_ways_out_leave_the_index_as_it_was(tmp_path: Path, way: str) -> None:
    project = linked(tmp_path)
    git(project, "checkout", "--ours", REAL)
    ran = run_here("update", way, cwd=project)
    assert ran.status == 0, ran.err
    assert git(project, "ls-files", "--unmerged") == ""
    assert git(project, "diff", "--cached", "--name-only") == ""
    if way == "--abort":
        assert git(project, "status", "--porcelain", "--untracked-files=no") == ""
    assert (project / FOLDER).resolve() == project / "real/docker"
    assert b"compose_9 = mine" in read_tree(project / "real")["docker/compose.yaml"]
