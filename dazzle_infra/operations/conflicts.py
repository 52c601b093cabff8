"""Detection of unresolved conflicts: those of an update in this work tree, and committed conflict markers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dazzle_infra.errors import ConflictsLeftError, Where
from dazzle_infra.operations.existing import Existing
from dazzle_infra.operations.generated import known_files
from dazzle_infra.operations.scopes import scopes_of
from dazzle_infra.transaction.backup_list import open_backup
from dazzle_infra.values.program import program

__all__ = ["marked_files", "open_conflicts", "refuse_committed_markers", "refuse_open_conflicts"]

_MARKED = (re.compile(rb"^<{7} your-edits\r?$", re.MULTILINE), re.compile(rb"^>{7} template-", re.MULTILINE))
"""The first and last line of a conflict, with the names of an update's sides."""

_LARGEST_MARKED = 1_000_000
"""The largest file that is searched for markers, in bytes; rendered files are far smaller."""


def refuse_open_conflicts(project: Path) -> None:
    """Raise `ConflictsLeftError` if conflicts of an earlier update are unresolved."""
    paths = open_conflicts(project)
    if paths:
        raise ConflictsLeftError(
            f"unresolved conflicts of an earlier update: {', '.join(paths)}",
            where=Where(file=paths[0]),
            hint=f"resolve them, then `{program()} update --continue`; or `{program()} update --abort`",
        )


def open_conflicts(project: Path) -> list[str]:
    """Return the files with unresolved conflicts of an update, relative to the project."""
    found = ((scope, open_backup(scope.root, scope.owner)) for scope in scopes_of(project))
    return [scope.shown(path) for scope, backup in found if backup is not None for path in backup.conflicts]


def refuse_committed_markers(existing: Sequence[Existing]) -> None:
    """Raise `ConflictsLeftError` if files contain conflict markers, for example of an update in another clone."""
    marked = [path for one in existing for path in marked_files(one)]
    if marked:
        raise ConflictsLeftError(
            f"conflict markers of an update are left in {', '.join(marked)}",
            where=Where(file=marked[0]),
            hint="edit the files and commit them",
        )


def marked_files(existing: Existing) -> list[str]:
    """Return the files of a backend with the conflict markers of an update, relative to the root and sorted."""
    root, found = existing.root, []
    for path in _files_of(existing):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST_MARKED:
            content = path.read_bytes()
            if all(mark.search(content) for mark in _MARKED):
                found.append(path.relative_to(root).as_posix())
    return sorted(found)


def _files_of(existing: Existing) -> Iterator[Path]:
    """Yield the files of a backend's directory; in a shared directory only those that the template rendered."""
    root, place = existing.root, existing.place
    if place.is_shared:
        yield from (root / place.at(path) for path in known_files(existing))
        return
    for folder, folders, names in os.walk(root / place.directory):
        folders[:] = [name for name in folders if name not in {".git", ".terraform"}]
        yield from (Path(folder) / name for name in names)
