"""Tools that run generated files: their versions, and what a missing one means."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Final

__all__ = ["Tool", "version_of", "version_text"]

_SECONDS: Final = 5
_VERSION: Final = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


@dataclass(frozen=True)
class Tool:
    """A tool.

    Attributes:
        name: What was looked for.
        found: Its version or place; None where it is missing or cannot be used.
        meaning: The consequence and the remedy; empty where there is no problem.
        is_required: Whether no command works without it.
    """

    name: str
    found: str | None
    meaning: str = ""
    is_required: bool = False

    @property
    def is_well(self) -> bool:
        """Whether there is no problem with it."""
        return self.found is not None and not self.meaning


def version_text(version: tuple[int, ...] | None) -> str | None:
    """Write a version, or None."""
    return ".".join(str(part) for part in version) if version else None


def version_of(*command: str) -> tuple[int, ...] | None:
    """Return the first version number that the command prints, or None where it cannot be run.

    Most programs print their version to standard output, but some print it to standard error, such as `ssh -V`.
    """
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    found = _VERSION.search(done.stdout) or _VERSION.search(done.stderr)
    return tuple(int(part) for part in found.groups() if part is not None) if found else None
