"""Pipes where a project has files: opening one would wait for ever, and stop every application of `--all`."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_here, small_project
from tests.support.releases import FOLDER, made_project
from tests.support.trees import build_tree

ANSWERS = f"{FOLDER}/.copier-answers.yml"


def run(*arguments: str, cwd: Path) -> Ran:
    """Run a command, and fail where it would wait."""

    def late(*_: object) -> None:
        raise TimeoutError("the command waits")

    previous = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    try:
        return run_here(*arguments, cwd=cwd)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def put_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize("name", ["pyproject.toml", "package.json", "requirements.txt", "yarn.lock"])
def test_a_pipe_among_the_applications_own_files_says_nothing(tmp_path: Path, name: str) -> None:
    project = made_project(tmp_path / "app", commit=False)
    build_tree(project, {"package.json": '{"dependencies": {"express": "5"}}'} if name == "yarn.lock" else {})
    put_pipe(project / name)
    assert run("plan", cwd=project).status == 0


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        (ANSWERS, 5, f"{ANSWERS} is not a file"),
        ("appspec.json", 2, "the AppSpec appspec.json cannot be read: it is not a file"),
    ],
)
def test_a_pipe_that_must_be_read_is_named(tmp_path: Path, name: str, status: int, says: str) -> None:
    project = made_project(tmp_path / "app", commit=False)
    put_pipe(project / name)
    ran = run("update", cwd=project)
    assert ran.status == status
    assert says in ran.err


def test_an_application_with_a_pipe_stops_no_other(tmp_path: Path) -> None:
    made_project(tmp_path / "fine", commit=False)
    put_pipe(made_project(tmp_path / "piped", commit=False) / ANSWERS)
    ran = run("update", "--all", "--json", cwd=tmp_path)
    assert [one["outcome"] for one in ran.json["applications"]] == ["updated", "error"]


def test_secrets_are_not_read_from_a_pipe(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app", commit=False)
    put_pipe(project / "infra/docker/.env")
    ran = run("docker", cwd=project)
    assert ran.status == 5


@pytest.mark.parametrize("command", ["update", "undo", "status"])
@pytest.mark.parametrize("name", ["journal.json", "lock", "backups/00001/record.json"])
def test_a_pipe_in_our_own_folder_is_named(tmp_path: Path, command: str, name: str) -> None:
    project = made_project(tmp_path / "app", commit=False)
    pipe = project / ".dazzle-infra" / name
    pipe.parent.mkdir(parents=True, exist_ok=True)
    put_pipe(pipe)
    ran = run(command, cwd=project)
    if command != "status" or name != "lock":  # to look takes no lock
        assert ran.status == 5
        assert f".dazzle-infra/{name}" in ran.err


@pytest.mark.parametrize("command", ["plan", "update"])
def test_a_pipe_in_the_place_of_a_new_file_is_named(tmp_path: Path, command: str) -> None:
    project = made_project(tmp_path / "app", commit=False)
    put_pipe(project / FOLDER / "extra.conf")
    ran = run(command, cwd=project)
    assert ran.status == 5
    assert f"{FOLDER}/extra.conf is a named pipe, but a file is expected there" in ran.err
    assert (project / FOLDER / "extra.conf").is_fifo()


def test_a_socket_in_the_place_of_a_first_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project(tmp_path)
    (project / FOLDER).mkdir(parents=True)
    monkeypatch.chdir(project / FOLDER)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("compose.yaml")
        ran = run("docker", cwd=project)
    assert ran.status == 5
    assert f"{FOLDER}/compose.yaml is a socket" in ran.err
    assert sorted(path.name for path in (project / FOLDER).iterdir()) == ["compose.yaml"]
