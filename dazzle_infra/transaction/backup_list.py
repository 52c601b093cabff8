"""The backups of a project: all of them, those of one application, and those with unresolved conflicts."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from dazzle_infra.repository.branch import head_of, is_on_recorded_branch
from dazzle_infra.transaction.backup import Backup
from dazzle_infra.transaction.record import parse_record
from dazzle_infra.transaction.state import STATE, refuse_links

__all__ = ["applied_updates", "backups", "kept_files", "newest_backup", "open_backup", "open_backups", "owner_of"]


def backups(project: Path) -> list[Backup]:
    """Return the backups of a project, oldest first."""
    refuse_links(project)
    records = sorted((project / STATE / "backups").glob("*/record.json"))
    return [Backup(record.parent.name, record.parent, parse_record(project, record)) for record in records]


def owner_of(root: Path, project: Path) -> str:
    """Return the name of the application in `project` in backups of a root: its path, POSIX, relative to the root."""
    return PurePosixPath(os.path.relpath(os.path.realpath(project), os.path.realpath(root))).as_posix()


def newest_backup(project: Path, owner: str = ".") -> Backup | None:
    """Return the newest backup of an update that was not undone and that belongs to the present branch."""
    updates, now = applied_updates(project, owner), head_of(project)
    return next((one for one in reversed(updates) if is_on_recorded_branch(project, one.head, now)), None)


def kept_files(project: Path, owner: str = ".") -> list[str]:
    """Return the files that updates dropped and that the user decided to keep, relative to the project."""
    decided = [path for one in applied_updates(project, owner) if not one.is_open for path in one.note.get("kept", ())]
    return sorted({path for path in decided if (project / path).is_file()})


def applied_updates(project: Path, owner: str = ".") -> list[Backup]:
    """Return the backups of the updates that were not undone, of all branches, oldest first.

    Args:
        project: The folder that has the backups.
        owner: The application whose updates they are (see `owner_of`).
    """
    known = backups(project)
    undone = {backup.note.get("of") for backup in known if backup.note.get("kind") == "undo"}
    updates = (one for one in known if one.note.get("kind") == "update" and one.name not in undone)
    return [one for one in updates if one.note.get("owner", ".") == owner]


def open_backup(project: Path, owner: str = ".") -> Backup | None:
    """Return the backup of the update whose conflicts are still to be resolved in this work tree, if there is one."""
    now = None
    for one in open_backups(project, owner):
        now = now or head_of(project)
        if one.is_here(project, now):
            return one
    return None


def open_backups(project: Path, owner: str = ".") -> list[Backup]:
    """Return the backups with unresolved conflicts, newest first; only the newest update of each branch counts."""
    seen: set[str | None] = set()
    found = []
    for one in reversed(applied_updates(project, owner)):
        branch = one.head.branch if one.head else None
        if one.is_open and branch not in seen:
            found.append(one)
        seen.add(branch)
    return found
