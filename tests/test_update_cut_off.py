"""A run that is cut off between the files and git's index, or before a scaffolding: the next command ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE
from tests.support.cli import run_here
from tests.support.releases import FOLDER, edit, git, made_project
from tests.support.trees import build_tree

KILLER = """\
#!/bin/sh
for word in "$@"; do
  test "$word" = update-index && kill -9 "$PPID" && exit 1
done
exec '{git}' "$@"
"""


def killed_before_the_index(project: Path, folder: Path, *arguments: str) -> None:
    """Run an update, and kill it when it turns to git's index."""
    found = shutil.which("git")
    assert found is not None
    build_tree(folder, {"git": KILLER.format(git=found)})
    (folder / "git").chmod(0o755)
    command = [sys.executable, "-c", "from dazzle_infra.cli import main; main()", "update", *arguments]
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=project, env=os.environ | {"PATH": path}, capture_output=True, check=False)
    assert done.returncode == -9, done.stderr


@cache
def _cut_off(folder: Path) -> Path:
    project = made_project(folder / "project")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    killed_before_the_index(project, folder / "bin", "--to", "v1.1.0")
    return project


@pytest.fixture
def conflicted(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = _cut_off(tmp_path_factory.getbasetemp() / "cut-off")
    project = shutil.copytree(source, tmp_path / "project", symlinks=True)
    assert "<<<<<<< your-edits" in (project / FOLDER / "compose.yaml").read_text()
    assert git(project, "ls-files", "--unmerged") == ""
    return project


def test_the_next_command_shows_git_the_conflicts(conflicted: Path) -> None:
    assert run_here("update", cwd=conflicted).status == 4
    assert "UU infra/docker/compose.yaml" in git(conflicted, "status", "--porcelain")


def test_a_conflict_that_was_resolved_since_is_not_opened_again(conflicted: Path) -> None:
    assert run_here("update", cwd=conflicted).status == 4
    (conflicted / FOLDER / "compose.yaml").write_text("resolved\n")
    git(conflicted, "add", FOLDER)
    assert run_here("update", cwd=conflicted).status == 4
    assert git(conflicted, "ls-files", "--unmerged") == ""
    assert run_here("update", "--continue", cwd=conflicted).status == 0
    assert (conflicted / FOLDER / "compose.yaml").read_text() == "resolved\n"


def test_it_can_be_taken_back(conflicted: Path) -> None:
    assert run_here("update", "--abort", cwd=conflicted).status == 0
    assert "compose_9 = mine" in (conflicted / FOLDER / "compose.yaml").read_text()
    assert git(conflicted, "status", "--porcelain").split() == ["M", f"{FOLDER}/compose.yaml"]


def test_an_abort_that_is_killed_before_the_index_is_brought_to_its_end(tmp_path: Path) -> None:
    project = made_project(tmp_path / "project")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    before = git(project, "ls-files", "--stage")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 4
    killed_before_the_index(project, tmp_path / "bin", "--abort")
    assert "UU infra/docker/compose.yaml" in git(project, "status", "--porcelain")
    assert run_here("update", "--continue", cwd=project).status == 5
    assert git(project, "ls-files", "--stage") == before
    assert git(project, "status", "--porcelain").split() == ["M", f"{FOLDER}/compose.yaml"]


def test_a_scaffolding_names_the_files_that_a_recovery_leaves_alone(tmp_path: Path) -> None:
    project = made_project(tmp_path / "project", both=True, commit=False)
    shutil.rmtree(project / "infra" / "terraform")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from dazzle_infra.values.trees import File; from dazzle_infra.transaction import Write, apply\n"
        "def reached(point):\n"
        "    if point.startswith('wrote'): os.kill(os.getpid(), signal.SIGKILL)\n"
        "path = Path(sys.argv[1])\n"
        f"name = '{FOLDER}/compose.yaml'\n"
        "apply(path, [Write(name, File(b'new'), (path / name).read_bytes())], reached, backup='00001')\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(project)], check=False)
    assert died.returncode == -9
    (project / FOLDER / "compose.yaml").write_text("edited since\n")
    ran = run_here("terraform", cwd=project)
    assert ran.status == 0, ran.err
    assert f"{FOLDER}/compose.yaml was edited after an interrupted run" in ran.err
    assert (project / FOLDER / "compose.yaml").read_text() == "edited since\n"
    assert (project / STATE / "backups").is_dir()
