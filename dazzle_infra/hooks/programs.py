"""Running a program with a time limit and a limit for what it prints."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Ran", "run_program"]

_PAUSE = 0.02
"""Seconds between two looks at the size of the output."""


@dataclass(frozen=True)
class Ran:
    """What a program did.

    Attributes:
        status: Its exit status; 0 where it did not end by itself.
        out: What it printed on standard output.
        err: The end of what it printed on standard error.
        timed_out: Whether it was ended because of the time limit.
        is_too_long: Whether it was ended because it printed too much.
        problem: Why it could not be started, as the rest of a sentence; empty where it was.
    """

    status: int = 0
    out: bytes = b""
    err: bytes = b""
    timed_out: bool = False
    is_too_long: bool = False
    problem: str = ""


def run_program(
    command: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    largest: int = 100_000,
    data: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Run a program; neither a time-out nor a failure is an error. What it started itself is ended with it.

    Args:
        command: The program and its arguments.
        folder: Its working directory.
        seconds: The time limit.
        largest: The most bytes that it may print on standard output, and on standard error.
        data: Its standard input.
        environment: Its environment; by default that of this process.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(data)
        given.seek(0)
        try:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=given, stdout=out, stderr=err, start_new_session=True
            )
        except FileNotFoundError as error:
            is_there = os.path.lexists(command[0])
            says = "the interpreter that its first line names does not exist" if is_there else error.strerror
            return Ran(problem=f"cannot be run: {says}")
        except OSError as error:
            return Ran(problem=f"cannot be run: {error.strerror or error}")
        try:
            timed_out, is_too_long = _wait(process, seconds, largest, (out, err))
        finally:
            _end(process)
        return Ran(
            process.returncode if not (timed_out or is_too_long) else 0,
            _read(out, largest),
            _read(err, largest, from_end=True),
            timed_out,
            is_too_long,
        )


def _wait(
    process: subprocess.Popen[bytes], seconds: float, largest: int, files: Sequence[IO[bytes]]
) -> tuple[bool, bool]:
    """Wait for the end; return whether the time is over, and whether too much was printed."""
    end = time.monotonic() + seconds
    pause = 0.001
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(pause)
        if any(os.fstat(file.fileno()).st_size > largest for file in files):
            return False, True
        if process.returncode is not None:
            return False, False
        if time.monotonic() >= end:
            return True, False
        pause = min(2 * pause, _PAUSE)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program, and what it left running in its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read(file: IO[bytes], largest: int, *, from_end: bool = False) -> bytes:
    size = os.fstat(file.fileno()).st_size
    file.seek(max(0, size - largest) if from_end else 0)
    return file.read(largest)
