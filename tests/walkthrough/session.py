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

from tests.support.terraform import terraform

__all__ = ["Call", "walked"]

_ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^ *```sh\n(?P<commands>.*?)^ *```$", re.MULTILINE | re.DOTALL)
"""A block of commands; those for exceptional cases have the language `shell`."""

_LONGEST = 600
"""Seconds, on a machine that has a lot to do."""

_TOOLS = ("aws", "docker", "terraform")


@dataclass(frozen=True)
class Call:
    """One call of a stand-in.

    Attributes:
        tool: Its name.
        arguments: As the shell passed them.
        found: What the stand-in has to tell of the call, such as the text of standard input.
    """

    tool: str
    arguments: tuple[str, ...]
    found: dict[str, Any]


def walked(readme: str, project: Path, work: Path, typed: Sequence[str]) -> list[Call]:
    """Run every command block of a README in one POSIX shell, and return the calls of the stand-ins.

    Args:
        readme: The text.
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
    blocks = [found["commands"] for found in _BLOCK.finditer(readme)]
    assert blocks
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)],
        cwd=project,
        env={
            **own,
            "PATH": f"{commands}{os.pathsep}{own['PATH']}",
            "PYTHONPATH": str(_ROOT),
            "WALKTHROUGH": str(record),
            "WALKTHROUGH_TERRAFORM": json.dumps(terraform().command),
        },
        input="".join(f"{line}\n" for line in typed),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return [
        Call(one["tool"], tuple(one["arguments"]), one["found"])
        for one in map(json.loads, record.read_text().splitlines())
    ]


def _write(path: Path, command: str) -> None:
    path.write_text(f"#!/bin/sh\n{command}\n")
    path.chmod(0o755)
