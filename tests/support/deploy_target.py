"""What the conformance test needs of a deploy target: scripts to run, images that behave, and ways to disturb a run."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

__all__ = [
    "SCRIPTS",
    "Disturbance",
    "Images",
    "Result",
    "Target",
    "arguments",
    "rewriting",
    "run_script",
    "start_script",
]


SCRIPTS = ("deploy", "migrate", "rollback", "logs", "run", "status")
"""The scripts of every target."""

Disturbance = Literal["lost call", "lost answer", "killed", "SIGINT", "SIGTERM", "SIGHUP"]
"""What happens at a call: it gets lost, its answer gets lost, or the script gets a signal."""


@dataclass(frozen=True)
class Images:
    """Images of the application: two that work, and one for each way to fail."""

    first: str = "registry.example.com/desk/app:1.0.0"
    second: str = "registry.example.com/desk/app:2.0.0"
    unhealthy: str = "registry.example.com/desk/app:3.0.0-unhealthy"
    endless: str = "registry.example.com/desk/app:3.0.0-endless"
    failing_migration: str = "registry.example.com/desk/app:3.0.0-failing-migration"


@dataclass(frozen=True)
class Result:
    """What a script did: its exit code and what it printed."""

    code: int
    output: str
    errors: str


class Target(Protocol):
    """A deploy target with one environment that runs the first image.

    Attributes:
        ops: The folder of the scripts.
        environment: The name of the environment.
        images: Its images.
        variables: Environment variables of the scripts.
        process: The script that was started last.
    """

    ops: Path
    environment: str
    images: Images
    variables: dict[str, str]
    process: subprocess.Popen[str] | None

    def running(self) -> set[str]:
        """Return the images that the services run."""

    def recorded(self) -> str:
        """Return the image that the environment records."""

    def is_locked(self) -> bool:
        """Say whether a deployment holds the lock."""

    def is_tidy(self) -> bool:
        """Say whether nothing is left of a version that was taken back."""

    def disturb(self, after: int, how: Disturbance) -> None:
        """Disturb the script at one call, after this number of calls more."""

    def number_of_calls(self) -> int:
        """Return how many calls were made until now."""

    def number_of_running_tasks(self) -> int:
        """Return how many migrations and commands run."""

    def without_login(self) -> None:
        """Refuse the login of all further calls."""

    @contextmanager
    def another_deployment(self) -> Iterator[None]:
        """Hold the lock as a running deployment does."""
        yield


@contextmanager
def rewriting(write: Callable[[int], None]) -> Iterator[None]:
    """Write the lock again every tenth of a second while the context is open, as a running deployment does.

    Args:
        write: Writes it; its argument counts the writes from 0 on.
    """
    stop = threading.Event()

    def hold() -> None:
        number = 1
        while not stop.wait(0.1):
            write(number)
            number += 1

    write(0)
    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def arguments(target: Target, script: str) -> list[str]:
    """Return arguments with which a script succeeds."""
    more = {"deploy": [target.images.second], "migrate": [target.images.second], "run": ["--", "true"]}
    return [target.environment, *more.get(script, [])]


def run_script(target: Target, script: str, *arguments: str, **variables: str) -> Result:
    """Run a script to its end."""
    process = start_script(target, script, *arguments, **variables)
    output, errors = process.communicate(timeout=120)
    return Result(process.returncode, output, errors)


def start_script(target: Target, script: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start a script in a process group of its own."""
    shell = os.environ.get("DAZZLE_INFRA_TEST_SHELL", "sh").split()
    target.process = subprocess.Popen(
        [*shell, str(target.ops / script), *arguments],
        env={**target.variables, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    return target.process
