"""Writing into a project: everything or nothing, whatever ends the run."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from dazzle_infra.errors import DazzleInfraError, PreconditionError
from dazzle_infra.transaction import STATE, Write, apply, recover, refuse_leftover
from dazzle_infra.values.trees import File
from tests.support.forks import status_of_fork
from tests.support.trees import build_tree, read_tree

PRESENT = {"dazzle.toml": "[project]\n", "infra/docker/.env": "MINE=1\n"}
WRITES = [
    Write("infra/docker/compose.yaml", File(b"services: {}\n")),
    Write("infra/docker/bin/entrypoint.sh", File(b"#!/bin/sh\n", 0o755)),
    Write("infra/docker/.env", File(b"MINE=1\nTHEIRS=2\n", 0o600), b"MINE=1\n"),
    Write("infra/terraform/envs/dev/main.tf", File(b"# main\n")),
]


def own_files(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}


def folders(project: Path) -> list[str]:
    found = (path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_dir())
    return sorted(path for path in found if not path.startswith(STATE))


def project_at(folder: Path) -> Path:
    return build_tree(folder, PRESENT)


def after() -> dict[str, bytes]:
    new = {write.path: write.file.content for write in WRITES if write.file is not None}
    return {path: content.encode() for path, content in PRESENT.items()} | new


def test_all_files_are_written_with_their_modes(tmp_path: Path) -> None:
    project = project_at(tmp_path)
    (project / "infra/docker/.env").chmod(0o600)
    apply(project, WRITES)
    assert own_files(project) == after()
    assert (project / "infra/docker/bin/entrypoint.sh").stat().st_mode & 0o111
    assert (project / "infra/docker/.env").stat().st_mode & 0o777 == 0o600


def test_the_state_folder_is_ignored_by_git(tmp_path: Path) -> None:
    apply(project_at(tmp_path), WRITES)
    assert (tmp_path / STATE / ".gitignore").read_text() == "*\n"


def test_a_file_that_changed_since_it_was_read_stops_the_run(tmp_path: Path) -> None:
    project = project_at(tmp_path)
    (project / "infra/docker/.env").write_text("MINE=3\n")
    before = read_tree(project)
    with pytest.raises(PreconditionError, match=r"\.env changed while"):
        apply(project, WRITES)
    assert read_tree(project) == before


def test_a_file_that_came_into_being_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    project = project_at(tmp_path)

    def somebody_writes(point: str) -> None:
        if point == "recorded":
            build_tree(project, {"infra/docker/compose.yaml": "theirs"})

    with pytest.raises(PreconditionError, match="changed while"):
        apply(project, WRITES, somebody_writes)
    assert own_files(project) == {
        **{path: content.encode() for path, content in PRESENT.items()},
        "infra/docker/compose.yaml": b"theirs",
    }


def points() -> list[str]:
    """Every point at which a run can be cut off, as the run itself names them."""
    import tempfile

    seen: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        apply(project_at(Path(folder)), WRITES, seen.append)
    return seen


POINTS = points()

DIE = dedent("""
    import os, sys
    from pathlib import Path
    from dazzle_infra.transaction import apply
    from tests.test_apply import WRITES
    def reached(point):
        if point == sys.argv[2]:
            os.kill(os.getpid(), 9)
    apply(Path(sys.argv[1]), WRITES, reached)
""")


def test_there_are_points_before_during_and_after_writing() -> None:
    assert len(POINTS) >= 12
    assert POINTS[0] == "locked"
    assert POINTS[-1] == "finished"


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_at_any_point_the_next_command_finds_the_old_or_the_new_state(tmp_path: Path, point: str) -> None:
    project = project_at(tmp_path)
    old, old_folders = own_files(project), folders(project)
    assert status_of_fork(DIE, project, point) == -signal.SIGKILL
    recover(project)
    if point == "finished":
        assert own_files(project) == after()
    else:
        assert own_files(project) == old
        assert folders(project) == old_folders
        apply(project, WRITES)
        assert own_files(project) == after()


@pytest.mark.parametrize("point", POINTS[:-1])
def test_an_error_at_any_point_leaves_everything_as_it_was(tmp_path: Path, point: str) -> None:
    project = project_at(tmp_path)
    before, before_folders = read_tree(project), folders(project)

    def disk_is_full(reached: str) -> None:
        if reached == point:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DazzleInfraError, match="disk is full; nothing was changed") as caught:
        apply(project, WRITES, disk_is_full)
    assert caught.value.code == "disk_full"
    assert read_tree(project) == before
    assert folders(project) == before_folders


def test_what_only_reads_names_the_leftover_of_a_run(tmp_path: Path) -> None:
    project = project_at(tmp_path)
    assert status_of_fork(DIE, project, "recorded") == -signal.SIGKILL
    with pytest.raises(PreconditionError, match="was interrupted") as caught:
        refuse_leftover(project)
    assert caught.value.exit_code == 5
    recover(project)
    refuse_leftover(project)


def test_an_edit_made_after_a_kill_is_kept_by_the_recovery(tmp_path: Path) -> None:
    project = project_at(tmp_path)
    assert status_of_fork(DIE, project, "wrote infra/docker/.env") == -signal.SIGKILL
    (project / "infra/docker/.env").write_text("MINE=1\nTHEIRS=2\nLATER=3\n")
    assert recover(project) == ["infra/docker/.env"]
    assert (project / "infra/docker/.env").read_text() == "MINE=1\nTHEIRS=2\nLATER=3\n"
    assert not (project / "infra/docker/compose.yaml").exists()


def test_the_second_of_two_runs_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    project = project_at(tmp_path)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from dazzle_infra.transaction.lock import locked\n"
            "with locked(Path(sys.argv[1])):\n    print(flush=True); time.sleep(60)",
            str(project),
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(PreconditionError, match=f"process {holder.pid}"):
            apply(project, WRITES)
    finally:
        holder.kill()
        holder.communicate()
    apply(project, WRITES)
    assert own_files(project) == after()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_real_kills_at_random_times_leave_the_old_or_the_new_state(tmp_path: Path, seed: int) -> None:
    project = project_at(tmp_path)
    slowly = DIE.replace(
        "if point == sys.argv[2]:\n            os.kill(os.getpid(), 9)", "import time; time.sleep(0.004)"
    )
    process = subprocess.Popen([sys.executable, "-c", slowly, str(project), "-"])
    time.sleep(0.1 + seed * 0.004)
    process.kill()
    process.communicate()
    recover(project)
    assert own_files(project) in (after(), {path: content.encode() for path, content in PRESENT.items()})


@pytest.mark.parametrize(
    ("files", "link", "path", "message"),
    [
        ({"infra": "a file"}, None, "infra/docker/x", "infra is a file"),
        ({"infra/docker/x/y": ""}, None, "infra/docker/x", "infra/docker/x is a folder"),
        ({}, ("infra", "/"), "infra/docker/x", "points outside the project"),
        ({"infra/y": ""}, ("infra/x", "y"), "infra/x", "a file is expected there"),
        ({}, None, "../x", "not a path inside the project"),
        ({}, None, "/etc/x", "not a path inside the project"),
        ({}, None, ".git/hooks/post-commit", "not a path inside the project"),
    ],
)
def test_a_place_that_is_none_is_refused(
    tmp_path: Path, files: dict[str, str], link: tuple[str, str] | None, path: str, message: str
) -> None:
    project = build_tree(tmp_path, files)
    if link is not None:
        (project / link[0]).symlink_to(link[1])
    before = read_tree(project)
    with pytest.raises(PreconditionError, match=message):
        apply(project, [Write(path, File(b"x"))])
    assert read_tree(project) == before


def test_a_linked_folder_inside_the_project_is_followed(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "infra").symlink_to("deploy")
    apply(tmp_path, [Write("infra/docker/x", File(b"x"))])
    assert (tmp_path / "deploy/docker/x").read_bytes() == b"x"


def test_a_folder_that_is_not_writable_is_named(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"infra/keep": ""})
    (project / "infra").chmod(0o555)
    try:
        if os.access(project / "infra", os.W_OK):
            pytest.skip("this user may write everywhere; tests/test_cli_bad_input.py runs it as another user")
        with pytest.raises(PreconditionError, match="infra/docker cannot be created"):
            apply(project, [Write("infra/docker/x", File(b"x"))])
    finally:
        (project / "infra").chmod(0o755)
