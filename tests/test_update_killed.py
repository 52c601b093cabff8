"""A run that removes, replaces, moves and backs up, cut off at every point: afterwards the old or the new state."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from dazzle_infra.errors import DazzleInfraError, PreconditionError
from dazzle_infra.transaction import STATE, Write, apply, recover
from dazzle_infra.transaction.backup_list import backups
from dazzle_infra.values.trees import File
from tests.support.cli import run_here
from tests.support.exhaustive import exhaustive_except
from tests.support.forks import status_of_fork
from tests.support.releases import FOLDER, commit_all, edit, git, made_project
from tests.support.trees import build_tree, read_tree

PRESENT = {
    "infra/kept.txt": "kept\n",
    "infra/replaced.txt": "old\n",
    "infra/run.sh": "#!/bin/sh\n",
    "infra/gone/a.txt": "a\n",
    "infra/gone/deep/b.txt": "b\n",
    "infra/node": "a file\n",
    "infra/folder/inner.txt": "inner\n",
    "infra/half/old.txt": "old\n",
}
WRITES = [
    Write("infra/replaced.txt", File(b"new\n"), b"old\n"),
    Write("infra/run.sh", File(b"#!/bin/sh\n", 0o755), b"#!/bin/sh\n"),
    Write("infra/gone/a.txt", None, b"a\n"),
    Write("infra/gone/deep/b.txt", None, b"b\n"),
    Write("infra/node", None, b"a file\n"),
    Write("infra/node/inner.txt", File(b"was a file\n")),
    Write("infra/folder/inner.txt", None, b"inner\n"),
    Write("infra/folder", File(b"was a folder\n")),
    Write("infra/half/old.txt", None, b"old\n"),
    Write("infra/half/new.txt", File(b"new\n")),
    Write("infra/moved/here/c.txt", File(b"c\n")),
]
BACKUP = "00001"


def state(project: Path) -> dict[str, tuple[bytes, bool] | None]:
    """Return every file with its content and whether it can be executed, and every folder."""
    return {
        path.relative_to(project).as_posix(): None
        if path.is_dir()
        else (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in project.rglob("*")
        if STATE not in path.relative_to(project).parts
    }


def points(folder: Path) -> list[str]:
    seen: list[str] = []
    apply(build_tree(folder, PRESENT), WRITES, seen.append, backup=BACKUP, note={"kind": "update"})
    return seen


def all_points() -> list[str]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return points(Path(folder))


POINTS = all_points()
DIE = dedent("""
    import os, sys
    from pathlib import Path
    from dazzle_infra.transaction import apply
    from tests.test_update_killed import BACKUP, WRITES
    def reached(point):
        if point == sys.argv[2]:
            os.kill(os.getpid(), 9)
    apply(Path(sys.argv[1]), WRITES, reached, backup=BACKUP, note={"kind": "update"})
""")


def new_state(folder: Path) -> dict[str, tuple[bytes, bool] | None]:
    points(folder)
    return state(folder)


def test_a_file_can_become_a_folder_and_a_folder_a_file(tmp_path: Path) -> None:
    found = new_state(tmp_path)
    assert found["infra/node/inner.txt"] == (b"was a file\n", False)
    assert found["infra/folder"] == (b"was a folder\n", False)
    assert found["infra/run.sh"] == (b"#!/bin/sh\n", True)
    assert "infra/gone" not in found
    assert len(backups(tmp_path)) == 1


def test_the_points_are_those_of_removals_replacements_and_the_backup() -> None:
    for point in ("removed infra/gone/a.txt", "made infra/node", "wrote infra/replaced.txt", "written", "saved"):
        assert point in POINTS
    assert POINTS[-1] == "finished"


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_at_any_point_the_old_or_the_new_state_is_there(tmp_path: Path, point: str) -> None:
    project = build_tree(tmp_path / "project", PRESENT)
    old = state(project)
    assert status_of_fork(DIE, project, point) == -signal.SIGKILL
    assert not recover(project), "nothing that a person changed is in the way"
    if point == "finished":
        assert state(project) == new_state(tmp_path / "new")
        assert [backup.name for backup in backups(project)] == [BACKUP]
        return
    assert state(project) == old
    assert backups(project) == []
    assert not list((project / STATE).glob("backups/*"))
    apply(project, WRITES, backup=BACKUP)
    assert state(project) == new_state(tmp_path / "new")


@pytest.mark.parametrize("point", POINTS[:-1])
def test_an_error_at_any_point_leaves_the_old_state(tmp_path: Path, point: str) -> None:
    project = build_tree(tmp_path, PRESENT)
    old = state(project)

    def fails(reached: str) -> None:
        if reached == point:
            raise PermissionError(13, "Permission denied")

    with pytest.raises(PreconditionError, match="nothing was changed"):
        apply(project, WRITES, fails, backup=BACKUP)
    assert state(project) == old
    assert backups(project) == []


@pytest.mark.parametrize("path", ["infra/replaced.txt", "infra/gone/a.txt", "infra/node/inner.txt"])
@pytest.mark.parametrize("point", ["locked", "recorded"])
def test_a_file_that_changes_between_reading_and_applying_stops_the_run(tmp_path: Path, path: str, point: str) -> None:
    project = build_tree(tmp_path, PRESENT)
    old = state(project)

    def somebody_writes(reached: str) -> None:
        if reached == point:
            target = project / path
            if target.parent.is_file():
                target.parent.unlink()
            build_tree(project, {path: "somebody's\n"})

    with pytest.raises(DazzleInfraError):
        apply(project, WRITES, somebody_writes, backup=BACKUP)
    assert (project / path).read_text() == "somebody's\n"
    others = {name: what for name, what in old.items() if not name.startswith((path, "infra/node"))}
    assert {name: what for name, what in state(project).items() if name in others} == others


def test_an_empty_folder_makes_room_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "infra/folder/empty").mkdir(parents=True)
    apply(tmp_path, [Write("infra/folder", File(b"a file now\n"))])
    assert state(tmp_path) == {"infra": None, "infra/folder": (b"a file now\n", False)}


def test_an_own_file_in_a_folder_that_is_to_be_a_file_stops_the_run(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {**PRESENT, "infra/folder/own.txt": "mine\n"})
    old = state(project)
    with pytest.raises(PreconditionError, match="infra/folder is a folder"):
        apply(project, WRITES)
    assert state(project) == old


@pytest.mark.slow
def test_what_was_cut_off_is_taken_back_by_undo_which_then_goes_no_further(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    updated = state(project)
    write = f"[Write({f'{FOLDER}/extra.conf'!r}, None, Path(sys.argv[1], {f'{FOLDER}/extra.conf'!r}).read_bytes())]"
    script = DIE.replace("WRITES, reached, backup=BACKUP", f"{write}, reached, backup='00099'")
    script = script.replace(
        "from tests.test_update_killed import BACKUP, WRITES", "from dazzle_infra.transaction import Write"
    )
    subprocess.run([sys.executable, "-c", script, str(project), f"removed {FOLDER}/extra.conf"], check=False)
    assert not (project / FOLDER / "extra.conf").exists()
    for command in ("plan", "check", "status"):
        ran = run_here(command, cwd=project)
        assert ran.status == 5
        assert "was interrupted" in ran.err
    ran = run_here("undo", cwd=project)
    assert ran.status == 5
    assert "rolled back" in ran.err
    assert state(project) == updated
    assert run_here("undo", cwd=project).status == 0
    assert (project / FOLDER / "old.conf").exists()


SEEDS = exhaustive_except(range(20), range(0, 20, 4))


def edited_project(folder: Path) -> Path:
    project = made_project(folder / "project", commit=False)
    edit(project, "old.conf", "settings_2 = 2", "settings_2 = mine")
    return project


@pytest.fixture(scope="module")
def updated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Update such a project, and return its files."""
    project = edited_project(tmp_path_factory.mktemp("updated"))
    assert run_here("update", cwd=project).status == 0
    return contents(project)


def kill_while_writing(project: Path, seed: int) -> None:
    """Start an update, and kill it some time after its record is there."""
    command = [sys.executable, "-c", "from dazzle_infra.cli import main; main()", "update"]
    process = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal = project / STATE / "journal.json"
    start = time.monotonic()
    while process.poll() is None and not journal.exists() and time.monotonic() < start + 60:
        time.sleep(0.0005)
    time.sleep(seed * 0.0004)
    process.kill()
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_an_update_that_is_killed_at_a_random_time_leaves_the_old_or_the_new_state(
    tmp_path: Path, updated: dict[str, bytes], seed: int
) -> None:
    project = edited_project(tmp_path)
    old = contents(project)
    kill_while_writing(project, seed)
    recover(project)
    assert contents(project) in (old, updated)


BRANCHES: dict[str, Callable[[Path], object]] = {
    "updated": points,
    "as before": lambda project: None,
    "other": lambda project: build_tree(project, {"infra/replaced.txt": "other\n", "infra/moved/here/c.txt": "x\n"}),
}
"""What another branch has."""


@pytest.mark.slow
@pytest.mark.parametrize("branch", BRANCHES)
@pytest.mark.parametrize("point", POINTS)
def test_a_branch_that_is_checked_out_after_a_kill_stays_as_it_is(tmp_path: Path, point: str, branch: str) -> None:
    project = build_tree(tmp_path / "project", PRESENT)
    git(project, "init", "--quiet")
    commit_all(project)
    git(project, "checkout", "--quiet", "-b", "another")
    BRANCHES[branch](project)
    commit_all(project)
    # The backups belong to a clone; this one is to have none but those of the killed run.
    shutil.rmtree(project / STATE, ignore_errors=True)
    another = state(project)
    git(project, "checkout", "--quiet", "main")
    old = state(project)
    assert status_of_fork(DIE, project, point) == -signal.SIGKILL
    if POINTS.index(point) % 2:
        commit_all(project)
    git(project, "checkout", "--quiet", "--force", "another")
    recover(project)
    assert files_of(state(project)) == files_of(another)
    assert git(project, "status", "--porcelain") == ""
    git(project, "checkout", "--quiet", "main")
    assert git(project, "status", "--porcelain") == ""
    if not POINTS.index(point) % 2:
        assert files_of(state(project)) == files_of(old)


def files_of(found: Mapping[str, tuple[bytes, bool] | None]) -> dict[str, tuple[bytes, bool]]:
    return {path: what for path, what in found.items() if what is not None and not path.startswith(".git/")}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_killed_update_writes_nothing_on_the_branch_that_is_checked_out_next(tmp_path: Path, seed: int) -> None:
    project = made_project(tmp_path / "project")
    git(project, "checkout", "--quiet", "-b", "another")
    assert run_here("update", cwd=project).status == 0
    commit_all(project)
    another = contents(project)
    git(project, "checkout", "--quiet", "main")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    commit_all(project)
    main = contents(project)
    kill_while_writing(project, seed)
    git(project, "checkout", "--quiet", "--force", "another")
    assert run_here("update", cwd=project).status == 0
    assert contents(project) == another
    assert git(project, "status", "--porcelain", FOLDER) == ""
    git(project, "checkout", "--quiet", "--force", "main")
    git(project, "clean", "--quiet", "--force", "-d", FOLDER)
    assert contents(project) == main
    assert run_here("update", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert contents(project) == main
    assert git(project, "status", "--porcelain", FOLDER) == ""


def contents(project: Path) -> dict[str, bytes]:
    files = read_tree(project / FOLDER)
    return {path: content for path, content in files.items() if path != ".env"}
