"""An update that is killed before its conflicts are in git's index: they come there later, or never."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, commit_all, edit, git, made_project


def cut_off(folder: Path) -> Path:
    """Make a project with an update that wrote its files, and ended before the conflicts were in the index."""
    project = made_project(folder / "app")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    commit_all(project)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dazzle_infra.operations.update.change_index", killed)
        assert run_here("update", cwd=project).status == 130
    assert "compose_9 = nine" in (project / FOLDER / "compose.yaml").read_text()
    return project


def test_the_next_command_puts_them_there(tmp_path: Path) -> None:
    project = cut_off(tmp_path)
    assert run_here("update", cwd=project).status == 4
    assert f"UU {FOLDER}/compose.yaml" in git(project, "status", "--porcelain", FOLDER)


def test_they_are_forgotten_when_the_files_are_reset(tmp_path: Path) -> None:
    project = cut_off(tmp_path)
    git(project, "reset", "--quiet", "--hard")
    git(project, "clean", "--quiet", "--force", "-d", FOLDER)
    assert run_here("update", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert git(project, "status", "--porcelain", FOLDER) == ""
