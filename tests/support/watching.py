"""What a person does with a running stack: edits files under `watch`, and waits until it is seen."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from tests.support.compose import compose_command
from tests.support.measurements import measured, seconds_since
from tests.support.stack import Stack

__all__ = ["measured_until", "patiently", "watching"]

Answer = TypeVar("Answer")
WATCH = ("watch", "--no-up")
"""The documented `watch`, for containers that run already."""


@contextmanager
def watching(stack: Stack, *command: str) -> Iterator[None]:
    """Run `watch`, or another command of Compose that watches, until the block ends."""
    log = stack.engine.folder / "watch.log"
    arguments = [*compose_command(), "--project-directory", "infra/docker", *(command or WATCH)]
    with log.open("w") as output:
        process = subprocess.Popen(
            arguments, cwd=stack.project, env=stack.engine.environment, stdout=output, stderr=output
        )
        try:
            deadline = time.monotonic() + 300
            while "Watch enabled" not in log.read_text():
                assert time.monotonic() < deadline, log.read_text()
                assert process.poll() is None, log.read_text()
                time.sleep(0.2)
            yield
        except AssertionError as error:
            error.add_note(log.read_text()[-3000:])
            raise
        finally:
            process.terminate()
            process.wait()


def patiently(ask: Callable[[], Answer], seconds: float = 180) -> Answer:
    """Ask until there is an answer; an application that restarts gives none."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except (AssertionError, OSError, http.client.HTTPException) as error:
            if time.monotonic() > deadline:
                raise AssertionError(str(error)) from error
            time.sleep(0.2)


def measured_until(stack: Stack, what: str, began: float, check: Callable[[], bool]) -> None:
    """Wait until something holds, and note how long that took since `began`."""

    def ask() -> None:
        assert check(), what

    patiently(ask)
    measured(stack.name, what, seconds_since(began))
