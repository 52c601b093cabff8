"""Detection of unresolved conflicts: of an update in this work tree, of git and plain Copier, and committed markers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dazzle_infra.errors import ConflictsLeftError, Where
from dazzle_infra.merging.conflict_markers import has_conflict
from dazzle_infra.operations.existing import Existing
from dazzle_infra.operations.generated import known_files
from dazzle_infra.operations.scopes import scopes_of
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates.git import ask_git
from dazzle_infra.transaction.backup_list import open_backup
from dazzle_infra.values.program import program

__all__ = ["left_files", "open_conflicts", "refuse_left_conflicts", "refuse_open_conflicts"]

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


def refuse_left_conflicts(existing: Sequence[Existing]) -> None:
    """Raise `ConflictsLeftError` if files have conflicts of git, of plain Copier, or of an update in another clone.

    Args:
        existing: The files of all backends of the run.
    """
    unmerged = [path for one in existing for path in _unmerged_files(one)]
    if unmerged:
        raise ConflictsLeftError(
            f"unmerged in git's index: {', '.join(unmerged)}",
            where=Where(file=unmerged[0]),
            hint="edit the files until no conflict is left, then `git add` them",
        )
    marked = [path for one in existing for path in _marked_files(one)]
    if marked:
        raise ConflictsLeftError(
            f"conflict markers are left in {', '.join(marked)}",
            where=Where(file=marked[0]),
            hint="edit the files until no marker is left, then commit them",
        )


def left_files(existing: Existing) -> list[str]:
    """Return the files of a backend that are unmerged in git or have conflict markers, relative to the root."""
    return sorted({*_unmerged_files(existing), *_marked_files(existing)})


def _unmerged_files(existing: Existing) -> list[str]:
    """Return the files of a backend that are unmerged in git's index, relative to the root and sorted."""
    root, place = existing.root, existing.place
    folder = root / place.directory
    # The names are relative to the folder, which can be a link to another place or in a submodule.
    done = ask_git(folder, "ls-files", "--unmerged", "-z") if folder.is_dir() else None
    if done is None or done.returncode != 0:
        return []
    names = {os.fsdecode(entry.split(b"\t", 1)[1]) for entry in done.stdout.split(b"\0") if entry}
    own = names & {place.at(path) for path in known_files(existing)} if place.is_shared else names
    return sorted(name if place.is_shared else f"{place.directory}/{name}" for name in own)


def _marked_files(existing: Existing) -> list[str]:
    """Return the files of a backend with conflict markers, relative to the root and sorted.

    The markers of an update count in all files of the folder; those with other names, which a text can quote, count in
    files of the template.
    """
    root, place, found, others = existing.root, existing.place, [], []
    for path in _files_of(existing):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST_MARKED:
            content = path.read_bytes()
            if all(mark.search(content) for mark in _MARKED):
                found.append(path.relative_to(root).as_posix())
            elif has_conflict(content):
                others.append(path.relative_to(root).as_posix())
    if others:
        # A render takes long and is needed only now.
        [[tree]] = render_all([[RenderJob(existing.template, existing.recorded.answers)]])
        plain = {place.at(path) for path, file in tree.items() if not has_conflict(file.content)}
        found += [path for path in others if path in plain]
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
