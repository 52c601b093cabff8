"""Running the command line as a person does, and small projects to run it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import typer

from dazzle_infra.cli import run
from tests.support.trees import build_tree

SMALL: dict[str, Any] = {
    "name": "desk",
    "title": "Ticket Desk",
    "version": "1.2.0",
    "domain": {"entities": [{"name": "Ticket", "fields": [{"name": "title", "type": {"kind": "str"}}]}]},
}
command_of = cache(typer.main.get_command)
"""Builds the tree of commands once in a test session: that takes half of the time of a short command."""

MANIFEST = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_cli(
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    data: bytes | None = None,
    command: Sequence[str] = (sys.executable, "-c", "from dazzle_infra.cli import main; main()"),
) -> Ran:
    """Run `dazzle-infra` in a process of its own, as a shell does."""
    done = subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        input=data,
        stdin=None if data is not None else subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_here(
    *arguments: str,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    data: bytes | None = None,
    prog: str = "dazzle-infra",
) -> Ran:
    """Run `dazzle-infra` in this process, which saves the start of one: for what it says and makes, not how it runs."""
    out, err = TextIOWrapper(BytesIO(), encoding="utf-8"), TextIOWrapper(BytesIO(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr(typer.main, "get_command", command_of)
        patch.setattr(sys, "argv", ["dazzle-infra", *arguments])
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(data or b""), encoding="utf-8"))
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        status = run(arguments, prog=prog)
    return Ran(status, _written(out), _written(err))


def _written(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def small_project(folder: Path, manifest: str = MANIFEST, appspec: Mapping[str, Any] = SMALL) -> Path:
    """Make a project whose model is an exported AppSpec."""
    (folder / "dsl").mkdir(parents=True, exist_ok=True)  # the image copies it
    return build_tree(folder, {"dazzle.toml": manifest.encode(), "appspec.json": json.dumps(appspec).encode()})
