"""Our own folder in the project: the record of a run, its backups, the lock."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where

__all__ = ["STATE", "leftover_record", "refuse_leftover", "state_directory"]

STATE = ".dazzle-infra"
"""Ignored by git through a .gitignore of its own."""


def state_directory(project: Path) -> Path:
    """Return our folder in the project, made if need be, with the file that makes git ignore it.

    Raises:
        PreconditionError: Something else has its name.
    """
    folder = project / STATE
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PreconditionError(
            f"{STATE} is not a folder", code="in_the_way", where=Where(file=STATE), hint=f"move {STATE} away"
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def leftover_record(project: Path) -> Path:
    """Return where the record of a run is; it exists while the run is at work, or after it was cut off."""
    return project / STATE / "journal.json"


def refuse_leftover(project: Path) -> None:
    """Raise `PreconditionError` where a run was cut off: what only reads would report half a state."""
    if leftover_record(project).exists():
        raise PreconditionError(
            "an earlier run was cut off before it was done",
            code="leftover",
            where=Where(file=f"{STATE}/journal.json"),
            hint="the next command that writes puts back what was there before",
        )
