"""Processes that are forked for tests render as those that are started for a command."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dazzle_infra.errors import TemplateError
from dazzle_infra.rendering import process
from dazzle_infra.rendering.pool import RenderJob, Workers, render_all
from dazzle_infra.rendering.process import start_process
from dazzle_infra.templates import resolve_template
from dazzle_infra.values.trees import Tree
from tests.support.forked_workers import ForkServer
from tests.support.hostile import Content, hostile_template


@pytest.fixture
def server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.stop()


def render(folder: Path, files: dict[str, Content]) -> Tree:
    found = resolve_template("docker", str(hostile_template(folder, files)), None, None)
    with Workers() as workers:
        [[tree]] = render_all([[RenderJob(found)]], workers)
    return tree


def test_a_fork_renders_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ForkServer) -> None:
    files: dict[str, Content] = {"template/a.txt.jinja": "{{ app_name }} {{ '$SECRET' | expandvars }}\n"}
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setattr(process, "start_process", start_process)
    started = render(tmp_path / "started", files)
    monkeypatch.setattr(process, "start_process", server.start_process)
    forked = render(tmp_path / "forked", files)
    assert forked["a.txt"] == started["a.txt"]
    assert forked["a.txt"].content == b"app $SECRET\n"


def test_a_fork_is_guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ForkServer) -> None:
    monkeypatch.setattr(process, "start_process", server.start_process)
    with pytest.raises(TemplateError, match="listing"):
        render(tmp_path / "listing", {"template/a.txt.jinja": "{{ '/*' | fileglob }}"})


def test_the_status_of_a_fork_is_told(tmp_path: Path, server: ForkServer) -> None:
    arguments = ["dazzle_infra.rendering.worker.main", str(tmp_path), "1"]
    with (tmp_path / "errors").open("wb") as errors:
        for_input = server.start_process(arguments, tmp_path, os.environ, errors)
        killed = server.start_process(arguments, tmp_path, os.environ, errors)
    assert for_input.poll() is None
    for stream in (for_input.stdin, for_input.stdout, killed.stdout):
        assert stream is not None
        stream.close()
    assert for_input.wait() == 0
    killed.kill()
    assert killed.wait() == -signal.SIGKILL
    assert killed.stdin is not None
    killed.stdin.close()


def test_what_cannot_be_a_fork_is_a_process_of_its_own(tmp_path: Path, server: ForkServer) -> None:
    with (tmp_path / "errors").open("wb") as errors:
        started = server.start_process(["platform"], tmp_path, {**os.environ, "PYTHONPATH": "x"}, errors)
    assert isinstance(started, subprocess.Popen)
    with started:
        assert platform.system().encode() in started.communicate()[0]
