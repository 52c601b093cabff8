"""Running commands whose results are stored, in the process of the test."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
import typer

from dazzle_infra.cache.results import key_of, recall
from dazzle_infra.cache.storing import run_and_store
from dazzle_infra.cli import run
from tests.support.cli import command_of

__all__ = ["Repeated", "is_stored", "repeat", "settle"]


@dataclass(frozen=True)
class Repeated:
    """What a command did.

    Attributes:
        is_stored: Whether an earlier result was used.
    """

    is_stored: bool
    status: int
    out: str
    err: str


def repeat(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> Repeated:
    """Print the stored result of a command, or run it and store its result."""
    out, err = TextIOWrapper(BytesIO(), encoding="utf-8"), TextIOWrapper(BytesIO(), encoding="utf-8")
    with _called(arguments, cwd, environment), redirect_stdout(out), redirect_stderr(err):
        key = key_of(arguments, "dazzle-infra")
        known = recall(key) if key is not None else None
        if known is not None:
            return Repeated(True, 0, known[0].decode(), known[1].decode())
        status = 0
        if key is None:
            status = run(arguments, "dazzle-infra")
        else:
            status = run_and_store(lambda: run(arguments, "dazzle-infra"), key)
    return Repeated(False, status, _text(out), _text(err))


def is_stored(*arguments: str, cwd: Path, environment: Mapping[str, str] | None = None) -> bool:
    """Return whether the stored result of a command would be printed."""
    out = TextIOWrapper(BytesIO(), encoding="utf-8")
    with _called(arguments, cwd, environment), redirect_stdout(out), redirect_stderr(out):
        key = key_of(arguments, "dazzle-infra")
        return key is not None and recall(key) is not None


def settle() -> None:
    """Wait until what was written is older than the times of files can be told apart."""
    time.sleep(0.05)


@contextmanager
def _called(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str] | None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # pytest changes it, and results depend on all variables
        patch.setattr(sys, "argv", ["dazzle-infra", *arguments])
        patch.setattr(typer.main, "get_command", command_of)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        yield


def _text(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
