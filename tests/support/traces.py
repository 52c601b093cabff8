"""The paths that a command and its child processes ask the system for, seen by `strace`."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["traced_paths"]

_CALL = re.compile(r'^(\d+) +(\w+)\((?:(?:AT_FDCWD|\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"(.*)$')
_LISTED = re.compile(r"^(\d+) +getdents64\(\d+<([^>]*)>")
_CLONED = re.compile(r"^(\d+) +(?:v?fork|clone3?)\(.*= (\d+)$")
_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")


def traced_paths(command: Sequence[str], cwd: Path, log: Path) -> set[str]:
    """Run a command, and return the absolute paths that it or a child opened, listed or looked at, but for writes."""
    calls = "trace=%file,getdents64,clone,clone3,fork,vfork"
    strace = ["strace", "-f", "-qq", "-y", "-s", "4096", "-e", calls, "-o", str(log)]
    subprocess.run([*strace, *command], cwd=cwd, check=True, capture_output=True)
    return {os.path.normpath(path) for path in _paths(log.read_text().splitlines(), str(cwd))}


def _paths(lines: Sequence[str], cwd: str) -> Iterator[str]:
    folders: dict[str, str] = {}
    for line in lines:
        if cloned := _CLONED.match(line):
            folders[cloned[2]] = folders.get(cloned[1], cwd)
        elif listed := _LISTED.match(line):
            yield listed[2]
        elif call := _CALL.match(line):
            process, name, folder, path, rest = call.groups()
            full = os.path.join(folder or folders.get(process, cwd), path)  # noqa: PTH118
            if name == "chdir":
                folders[process] = full
            elif not (name.startswith("open") and _WRITING.search(rest)):
                yield full
