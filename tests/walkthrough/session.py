"""The shell of the person, and what it called."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.aws.server import served
from tests.support.aws.target import interpreter
from tests.support.terraform import terraform
from tests.walkthrough.account import Account

__all__ = ["Call", "walked"]

_ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^ *```sh\n(?P<commands>.*?)^ *```$", re.MULTILINE | re.DOTALL)
"""A block of commands; those for exceptional cases have the language `shell`."""

_LONGEST = 600
"""Seconds, on a machine that has a lot to do."""

_TOOLS = ("docker", "terraform")


@dataclass(frozen=True)
class Call:
    """One call of a stand-in.

    Attributes:
        tool: Its name.
        arguments: As the shell passed them; for `aws` the service and the operation of the API.
        found: What the stand-in has to tell of the call; for `aws` its parameters.
    """

    tool: str
    arguments: tuple[str, ...]
    found: dict[str, Any]


def walked(books: Sequence[str], project: Path, work: Path, typed: Sequence[str]) -> list[Call]:
    """Run every command block of the books in one POSIX shell, and return the calls of the stand-ins.

    Args:
        books: The texts.
        project: The folder that the commands run in.
        work: A folder for the stand-ins and their record.
        typed: The lines that the person types when a command asks.
    """
    commands, record = work / "bin", work / "record"
    commands.mkdir(parents=True)
    for tool in _TOOLS:
        _write(commands / tool, f'exec "{sys.executable}" -m tests.walkthrough.{tool} "$@"')
    # There is no terminal whose echo could be turned off.
    _write(commands / "stty", "exit 0")
    own = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
    blocks = [found["commands"] for book in books for found in _BLOCK.finditer(book)]
    assert blocks
    account = Account(record)
    with interpreter(work / "cli") as programs, served(account.cloud, account.before_call) as address:
        done = subprocess.run(
            ["sh", "-eu", "-c", "\n".join(blocks)],
            cwd=project,
            env={
                **own,
                "PATH": os.pathsep.join([str(commands), str(programs), own["PATH"]]),
                "PYTHONPATH": str(_ROOT),
                "WALKTHROUGH": str(record),
                "WALKTHROUGH_TERRAFORM": json.dumps(terraform().command),
                "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "example",
                "AWS_ENDPOINT_URL": address,
                "OPS_POLL_SECONDS": "0",
            },
            input="".join(f"{line}\n" for line in typed),
            capture_output=True,
            text=True,
            timeout=_LONGEST,
        )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert account.cloud.wrong == []
    return [_call(one, account.cloud.calls) for one in map(json.loads, record.read_text().splitlines())]


def _call(recorded: dict[str, Any], calls: list[tuple[str, str, dict[str, Any]]]) -> Call:
    if recorded["tool"] != "aws":
        return Call(recorded["tool"], tuple(recorded["arguments"]), recorded["found"])
    service, operation, parameters = calls[recorded["number"]]
    return Call("aws", (service, operation), parameters)


def _write(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
