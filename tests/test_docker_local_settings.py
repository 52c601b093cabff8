"""What a new `.env` states beside the secrets: settings of this machine, where the defaults do not work on it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dazzle_infra.backends.docker import local_settings
from dazzle_infra.repository.worktrees import is_linked_worktree
from tests.support.cli import run_here, small_project
from tests.support.releases import git
from tests.support.trees import build_tree

MANIFEST = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'


PROBE = local_settings._is_free


def settings(project: Path) -> dict[str, str]:
    """Return the lines of `.env` that are no secrets."""
    lines = (project / "infra/docker/.env").read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if "=" in line and not line.startswith("#")]
    return {name: value for name, value in pairs if len(value) != 64}


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put an engine before all others whose client runs a script."""
    build_tree(folder, {"bin/docker": f"#!/bin/sh\n{script}\n"})
    (folder / "bin/docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder / 'bin'}:{os.environ['PATH']}")


@pytest.fixture(autouse=True)
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a machine without an engine, whose ports are free."""
    monkeypatch.setattr(local_settings, "_is_free", lambda port: True)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("kind", ["ps", "volume"])
def test_a_second_checkout_gets_a_name_and_a_tag_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    engine(tmp_path, monkeypatch, f'case "$*" in {kind}*project=desk) echo 1;; esac')
    project = small_project(tmp_path / "Größe 2: neu", MANIFEST)
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    name = "desk-gr-e-2-neu"
    assert settings(project) == {"COMPOSE_PROJECT_NAME": name, "APP_TAG": name, "WEB_PORT": "8001"}


def test_a_linked_worktree_gets_settings_of_its_own_without_an_engine(tmp_path: Path) -> None:
    first = small_project(tmp_path / "desk", MANIFEST)
    git(first, "init", "--quiet")
    git(first, "add", "--all")
    git(first, "commit", "--quiet", "--message", "first")
    git(first, "worktree", "add", "--quiet", "../fix")
    for project in (first, tmp_path / "fix"):
        assert run_here("docker", cwd=project).status == 0
    assert settings(first) == {}
    assert settings(tmp_path / "fix") == {"COMPOSE_PROJECT_NAME": "desk-fix", "APP_TAG": "desk-fix", "WEB_PORT": "8001"}


def test_a_submodule_is_the_only_checkout_of_its_repository(tmp_path: Path) -> None:
    project = build_tree(small_project(tmp_path / "desk", MANIFEST), {".git": "gitdir: ../.git/modules/desk\n"})
    assert is_linked_worktree(project / "infra") is False


def test_the_name_of_the_folder_is_not_enough_where_it_is_taken_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine(tmp_path, monkeypatch, "echo 1")
    names = set()
    for parent in ("one", "two"):
        project = small_project(tmp_path / parent / "copy", MANIFEST)
        assert run_here("docker", cwd=project).status == 0
        names.add(settings(project)["COMPOSE_PROJECT_NAME"])
    assert len(names) == 2


@pytest.mark.parametrize("script", ["exit 1", "sleep 30; echo 1"], ids=["no engine", "an engine that does not answer"])
def test_without_an_answer_nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    engine(tmp_path, monkeypatch, script)
    project = small_project(tmp_path / "desk", MANIFEST)
    assert run_here("docker", cwd=project).status == 0
    assert settings(project) == {}


def test_an_existing_file_is_its_owners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine(tmp_path, monkeypatch, "echo 1")
    project = build_tree(small_project(tmp_path / "desk", MANIFEST), {"infra/docker/.env": "WEB_PORT=9999\n"})
    assert run_here("docker", cwd=project).status == 0
    assert settings(project) == {"WEB_PORT": "9999"}


def test_a_port_that_is_taken_is_replaced_by_the_next_free_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken_port: int
) -> None:
    monkeypatch.setattr(local_settings, "_is_free", PROBE)
    entry = f'\n[infra.entry_points.web]\ncommand = ["serve"]\nport = {taken_port}\n'
    project = small_project(tmp_path / "desk", MANIFEST + entry)
    assert run_here("docker", cwd=project).status == 0
    assert int(settings(project)["WEB_PORT"]) > taken_port


def test_files_that_only_their_owner_can_read_are_read_as_their_owner(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may give a file to another user")
    project = small_project(tmp_path / "desk", MANIFEST)
    (project / "dazzle.toml").chmod(0o600)
    os.chown(project / "dazzle.toml", 1234, 4321)
    assert run_here("docker", cwd=project).status == 0
    assert settings(project) == {"APP_USER": "1234:4321"}
