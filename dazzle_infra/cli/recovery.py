"""Rolls back an interrupted run before a command that writes."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.cli.output import Output
from dazzle_infra.operations.update import clear_up

__all__ = ["clear_up_first"]


def clear_up_first(output: Output, project: Path) -> None:
    """Roll back an interrupted run, if there is one, and name the files that were edited since."""
    edited = clear_up(project)
    if edited is None:
        return
    output.note("an interrupted run was rolled back")
    for path in edited:
        output.note(
            f"{path} was edited after an interrupted run; it was not restored, and its previous version is in backups"
        )
