"""Our own folder in the project: the record of a run, its backups, the lock."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where

__all__ = ["STATE", "leftover_record", "next_backup_name", "refuse_leftover", "remove_unused", "state_directory"]

_KEPT = 20
"""Backups that are kept; older ones go."""

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


def remove_unused(project: Path) -> None:
    """Remove our folder where nothing is in it but what every run makes; its lock must be held."""
    folder = project / STATE
    with suppress(OSError):
        (folder / "backups").rmdir()
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {".gitignore", "lock"}:
            (folder / ".gitignore").unlink(missing_ok=True)
            (folder / "lock").unlink(missing_ok=True)
            folder.rmdir()


def next_backup_name(project: Path, *, keep: int = _KEPT) -> str:
    """Return the name of the next backup, and remove those beyond the newest."""
    known: Sequence[Path] = sorted((project / STATE / "backups").glob("[0-9]*"))
    for old in known[: max(0, len(known) - keep)]:
        shutil.rmtree(old, ignore_errors=True)
    return f"{int(known[-1].name) + 1 if known else 1:05d}"


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
