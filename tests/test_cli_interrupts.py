"""Ctrl-C ends a command with exit code 130 at any moment, leaves nothing behind and shows no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, small_project
from tests.support.hostile import ENDLESS, hostile_template

CODE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has commands in the background ignore it
from dazzle_infra.cli import main
print("ready", flush=True)
main()
"""


def started(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command in a process group of its own, and wait until its entry point is reached."""
    temporary = project.parent / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, *arguments],
        cwd=project,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def assert_interrupted(process: subprocess.Popen[str], project: Path) -> None:
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "interrupted\n")
    assert list((project.parent / "tmp").iterdir()) == []
    assert not (project / "infra").exists()


@pytest.mark.parametrize(
    "delay",
    [
        *(0.0, 0.03, 0.12, 0.25),
        *(pytest.param(0.01 * step, marks=pytest.mark.slow) for step in range(2, 60, 2)),
    ],
)
def test_an_interrupt_at_any_moment_is_130(tmp_path: Path, delay: float) -> None:
    # The template renders without end, so that the command never ends by itself.
    template = hostile_template(tmp_path / "template", {"template/a.txt.jinja": ENDLESS})
    project = small_project(tmp_path / "p", MANIFEST + f"\n[infra.docker]\ntemplate = '{template}'\n")
    process = started(project, "docker")
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)  # the terminal interrupts every process of the group
    assert_interrupted(process, project)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="child processes are found in /proc")
def test_an_interrupt_of_the_renderer_alone_is_130_too(tmp_path: Path) -> None:
    template = hostile_template(tmp_path / "template", {"template/a.txt.jinja": ENDLESS})
    project = small_project(tmp_path / "p", MANIFEST + f"\n[infra.docker]\ntemplate = '{template}'\n")
    process = started(project, "docker")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    end = time.monotonic() + 60
    while not list((tmp_path / "tmp").glob("dazzle-infra-render-*/*/home/copier*")) and time.monotonic() < end:
        time.sleep(0.05)
    for child in children.read_text().split():
        os.kill(int(child), signal.SIGINT)
    assert_interrupted(process, project)
