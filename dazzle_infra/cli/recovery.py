"""Clearing up after a run that was cut off, before a command that writes."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.backends.update import clear_up
from dazzle_infra.cli.output import Output

__all__ = ["clear_up_first"]


def clear_up_first(output: Output, project: Path) -> None:
    """Bring a run that was cut off to an end, and name the files that are left alone."""
    for path in clear_up(project) or ():
        output.note(
            f"{path} was edited after a run that was cut off; it is left as it is, and what was there is in backups"
        )
