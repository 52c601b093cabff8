"""The end of an update: its conflicts are resolved, or it is reverted.

An update belongs to the branch and the work tree in which it was made. On another branch, its conflicts do not block
other commands, and none of its files or index entries are restored.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from dazzle_infra.errors import ConflictsLeftError, PreconditionError, Where
from dazzle_infra.merging.conflict_markers import marker_lines
from dazzle_infra.merging.index import change_index, restored_entries, unmerged
from dazzle_infra.operations.scopes import Scope, scopes_of
from dazzle_infra.operations.update import Applied, clear_up, settle_index
from dazzle_infra.repository.branch import Head, head_of
from dazzle_infra.repository.location import Repository, repository_of
from dazzle_infra.transaction import STATE, apply
from dazzle_infra.transaction.backup import Backup
from dazzle_infra.transaction.backup_list import applied_updates, newest_backup, open_backup, open_backups
from dazzle_infra.transaction.saved import made_at
from dazzle_infra.transaction.state import next_backup_name
from dazzle_infra.values.program import program

__all__ = ["abort", "finish", "undo"]


def finish(project: Path) -> tuple[str, ...]:
    """Mark the conflicts of the last update as resolved.

    Returns:
        The files that were in conflict, relative to the project.

    Raises:
        ConflictsLeftError: A file still has conflict markers.
        PreconditionError: There are no conflicts on this branch.
    """
    found = [
        (scope, backup) for scope in scopes_of(project) if (backup := open_backup(scope.root, scope.owner)) is not None
    ]
    if not found:
        raise _none_in_progress(project)
    for scope, backup in found:
        _refuse_marked(scope, backup)
    for scope, backup in found:
        repository = repository_of(scope.root)
        if repository is not None:
            # The user's decision is in the work tree; the index gets its previous entries back.
            change_index(repository, _restored(repository, backup, _unmerged(repository, backup)))
        backup.close(scope.root)
    return tuple(scope.shown(path) for scope, backup in found for path in backup.conflicts)


def _refuse_marked(scope: Scope, backup: Backup) -> None:
    """Raise `ConflictsLeftError` if a file has conflict markers that it did not have before the update."""
    # `git checkout --merge` also writes markers. Files that the update did not write, and markers that existed before,
    # do not count.
    before = {backup.place(entry.path): backup.content_before(entry) for entry in backup.entries}
    marked = [
        scope.shown(path) for path in backup.conflicts if path in before and _is_marked(scope.root / path, before[path])
    ]
    if marked:
        raise ConflictsLeftError(
            f"conflict markers are left in {', '.join(marked)}",
            where=Where(file=marked[0]),
            hint=f"edit the files, then run the command again; `{program()} update --abort` reverts the update",
        )


def _is_marked(path: Path, before: bytes) -> bool:
    return path.is_file() and bool(marker_lines(path.read_bytes()) - marker_lines(before))


def abort(project: Path) -> Applied:
    """Revert an update with conflicts: all files have the same bytes as before.

    Raises:
        PreconditionError: There is no such update on this branch.
    """
    now = head_of(project)
    found = [(scope, backup) for scope in scopes_of(project) if (backup := _open_here(scope, now)) is not None]
    if not found:
        raise _none_in_progress(project)
    return _sum(project, [_aborted(scope, backup, now) for scope, backup in found])


def _open_here(scope: Scope, now: Head | None) -> Backup | None:
    # After a `git reset --hard` the files are reverted already, and only the backup is open.
    there = open_backups(scope.root, scope.owner)
    return open_backup(scope.root, scope.owner) or next((one for one in there if one.head == now), None)


def _aborted(scope: Scope, backup: Backup, now: Head | None) -> tuple[Path, Applied]:
    repository = repository_of(scope.root)
    if repository is None:
        return scope.root, _take_back(scope.root, backup, None, ())
    # After a commit, the previous index entries are older than that commit.
    is_same = backup.head is None or (now is not None and backup.head.commit == now.commit)
    paths = _own(repository, backup) if is_same else _unmerged(repository, backup)
    return scope.root, _take_back(scope.root, backup, repository, paths)


def _sum(project: Path, done: Sequence[tuple[Path, Applied]]) -> Applied:
    """Return the results of all roots as one; the path of the backup is relative to the project."""
    root, first = done[0]
    backup = os.path.relpath(root / first.backup, project) if first.backup is not None else None
    return Applied(sum(applied.files for _, applied in done), backup)


def _none_in_progress(project: Path) -> PreconditionError:
    """Return the error for a command that requires open conflicts; it names the branches that have some."""
    left = (one for scope in scopes_of(project) for one in open_backups(scope.root, scope.owner))
    elsewhere = [str(one.head) for one in left if one.head is not None]
    if not elsewhere:
        return PreconditionError("no update in progress", code="no_conflicts", hint=f"{program()} status")
    return PreconditionError(
        f"no update in progress on this branch: the unresolved conflicts belong to {', '.join(elsewhere)}",
        code="no_conflicts",
        hint="check out that branch, then run the command again",
    )


def undo(project: Path) -> Applied:
    """Revert the last update on this branch.

    Raises:
        PreconditionError: There is no update on this branch, or files were edited since.
    """
    if clear_up(project) is not None:
        raise PreconditionError(
            "an interrupted run was rolled back; no update was reverted",
            code="recovered",
            hint="run the command again to revert the update before it",
        )
    found = _newest(project)
    if not found and (
        others := [one for scope in scopes_of(project) for one in applied_updates(scope.root, scope.owner)]
    ):
        raise PreconditionError(
            f"there is no update to revert on this branch: the last one was made on {others[-1].head}",
            code="nothing_to_undo",
            hint="check out that branch, then run the command again",
        )
    if not found:
        raise PreconditionError(
            "there is no update to revert",
            code="nothing_to_undo",
            hint="an update that writes files makes a backup; name another project with -C",
        )
    for scope, backup in found:
        _refuse_edited(scope, backup)
    return _sum(project, [_undone(scope, backup) for scope, backup in found])


def _newest(project: Path) -> list[tuple[Scope, Backup]]:
    """Return the backups of the last update, one for each root with files that it wrote."""
    found = [
        (scope, backup)
        for scope in scopes_of(project)
        if (backup := newest_backup(scope.root, scope.owner)) is not None
    ]
    if len(found) < 2:
        return found
    last = max(found, key=lambda one: made_at(one[1]))
    run = last[1].note.get("run")
    return [one for one in found if one is last or (run is not None and one[1].note.get("run") == run)]


def _refuse_edited(scope: Scope, backup: Backup) -> None:
    """Raise `PreconditionError` if a file was edited after the update."""
    changed = [path for path in backup.changed_since(scope.root) if path not in map(backup.place, backup.appended)]
    if changed:
        raise PreconditionError(
            f"the content or permissions of these files changed after the update: {', '.join(changed)}",
            code="edited_since",
            where=Where(file=changed[0]),
            hint=f"`{program()} undo --show {shlex.quote(changed[0])}` prints one as it was before the update",
        )


def _undone(scope: Scope, backup: Backup) -> tuple[Path, Applied]:
    repository = repository_of(scope.root)
    paths = _unmerged(repository, backup) if repository else ()
    return scope.root, _take_back(scope.root, backup, repository, paths)


def _take_back(project: Path, backup: Backup, repository: Repository | None, paths: Sequence[str]) -> Applied:
    """Restore the files of a backup, and the index entries of `paths`."""
    if repository is not None and backup.conflicts:
        repository.refuse_busy()
    name = next_backup_name(project)
    writes = backup.inverse(project)
    owed = _restored(repository, backup, paths) if repository is not None else []
    note = {"kind": "undo", "of": backup.name, "owner": backup.note.get("owner", "."), "owed": owed}
    apply(
        project, writes, backup=name, note=note, folders=backup.folders_before(project, writes), moves=backup.moves_back
    )
    settle_index(project)
    return Applied(len(writes), f"{STATE}/backups/{name}")


def _own(repository: Repository, backup: Backup) -> list[str]:
    """Return the conflicts whose index entries the update changed; other entries are not restored."""
    staged = set(backup.staged)
    return [path for path in backup.conflicts if repository.name_of(path) in staged]


def _unmerged(repository: Repository, backup: Backup) -> list[str]:
    """Return those of the conflicts whose index entries are still unmerged."""
    return unmerged(repository, _own(repository, backup))


def _restored(repository: Repository, backup: Backup, paths: Sequence[str]) -> list[str]:
    wanted = {repository.name_of(path) for path in paths}
    entries = [entry for entry in backup.note.get("index", []) if entry.split("\t", 1)[1] in wanted]
    return restored_entries(repository, paths, entries)
