"""Our own folder in the project: the record of a run, its backups, the lock.

A project that was cloned or unpacked may bring one that strangers made. So nothing in it is followed out of it: a link
is refused before anything is read, written or removed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where

__all__ = [
    "STATE",
    "leftover_record",
    "next_backup_name",
    "refuse_leftover",
    "refuse_links",
    "remove_old_backups",
    "remove_unused",
    "state_directory",
]

_KEPT = 20
"""Backups that are kept; older ones go."""

STATE = ".dazzle-infra"
"""Ignored by git through a .gitignore of its own."""


def state_directory(project: Path) -> Path:
    """Return our folder in the project, made if need be, with the file that makes git ignore it.

    Raises:
        PreconditionError: Something else has its name, or there is a link in it.
    """
    folder = project / STATE
    refuse_links(project)
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def refuse_links(project: Path) -> None:
    """Raise `PreconditionError` where our folder is none, or holds a link, a pipe or a device: we never make one."""
    folder = project / STATE
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PreconditionError(
            f"{STATE} is not a folder", code="in_the_way", where=Where(file=STATE), hint=f"move {STATE} away"
        )
    if (strange := _first_strange(folder)) is not None:
        name = strange.relative_to(project).as_posix()
        kind = "a symbolic link" if strange.is_symlink() else "neither a file nor a folder"
        raise PreconditionError(
            f"{name} is {kind}, which dazzle-infra never makes there",
            code="symlink" if strange.is_symlink() else "in_the_way",
            where=Where(file=name),
            hint=f"find out who made it, then move {STATE} away",
        )


def _first_strange(folder: Path) -> Path | None:
    waiting = [folder] if folder.exists() else []
    while waiting:
        with os.scandir(waiting.pop()) as entries:  # it knows kinds without asking for each: backups have many files
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif not entry.is_file(follow_symlinks=False):
                    return Path(entry.path)
    return None


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


def next_backup_name(project: Path) -> str:
    """Return the name of the next backup."""
    refuse_links(project)
    known = _backups(project)
    return f"{int(known[-1].name) + 1 if known else 1:05d}"


def remove_old_backups(project: Path) -> None:
    """Remove the backups beyond the newest; the lock must be held, and the newest be complete."""
    for old in _backups(project)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _backups(project: Path) -> Sequence[Path]:
    numbered = (path for path in (project / STATE / "backups").glob("*") if re.fullmatch("[0-9]+", path.name))
    return sorted(numbered, key=lambda path: int(path.name))


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
