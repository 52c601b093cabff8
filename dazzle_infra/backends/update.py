"""Carrying out what a plan says, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.backends.plan import Plan
from dazzle_infra.engine import STATE, Change, File, Write, apply, recover
from dazzle_infra.engine.backup import Backup, backups, newest_backup, next_backup_name, open_backup, own_lines
from dazzle_infra.engine.index import (
    Repository,
    change_index,
    index_entries,
    repository_of,
    restored_entries,
    unmerged,
    unmerged_entries,
)
from dazzle_infra.errors import ConflictsLeftError, PreconditionError, Where
from dazzle_infra.templates import require_git

__all__ = ["Applied", "abort", "carry_out", "clear_up", "finish", "refuse_open_conflicts", "undo"]

_MARKERS = (b"<<<<<<< ", b">>>>>>> ")


@dataclass(frozen=True)
class Applied:
    """What was done.

    Attributes:
        files: How many files were written or removed.
        backup: Where the files are as they were before, relative to the project; None where nothing was done.
    """

    files: int
    backup: str | None


def refuse_open_conflicts(project: Path) -> None:
    """Raise where conflicts of an earlier update are still to be resolved."""
    backup = open_backup(project)
    if backup is not None:
        raise ConflictsLeftError(
            f"conflicts of an earlier update are left: {', '.join(backup.conflicts)}",
            where=Where(file=backup.conflicts[0]),
            hint="resolve them, then `dazzle infra update --continue`; or `dazzle infra update --abort`",
        )


def carry_out(project: Path, plans: Sequence[Plan], *, dry_run: bool = False) -> Applied:
    """Apply the change sets of all backends, all or nothing, with a backup.

    Args:
        project: The project's root.
        plans: What is to be done.
        dry_run: Refuse what would be refused, and write nothing.

    Raises:
        PreconditionError: A file has changed since it was read, or cannot be written.
    """
    writes, conflicts = [], {}
    for one in plans:
        directory = one.existing.directory
        writes += [_write(directory, change) for change in one.changes.changes if change.is_pending]
        writes += one.contributed
        for change in one.changes.of("conflict", "kept-edited"):
            conflicts[f"{directory}/{change.path}"] = change.stages
    if not writes and not conflicts:
        return Applied(0, None)
    _refuse_markers(plans)
    repository = repository_of(project)
    # Files in a submodule are in another index, which is not ours to change: markers and the backup serve there.
    own = tuple(f"{one.existing.directory}/" for one in plans if _is_in(repository, project, one.existing.directory))
    stages = {path: sides for path, sides in conflicts.items() if sides is not None and path.startswith(own)}
    if repository is not None and stages:
        repository.refuse_busy()
    if dry_run:
        return Applied(0, None)
    name = next_backup_name(project)
    note = {
        "kind": "update",
        "conflicts": sorted(conflicts),
        "kept": [
            f"{one.existing.directory}/{change.path}" for one in plans for change in one.changes.of("kept-edited")
        ],
        "index": index_entries(repository, stages) if repository is not None else [],
        "owed": unmerged_entries(repository, stages) if repository is not None else [],
        "appended": {write.path: own_lines(write) for one in plans for write in one.contributed},
    }
    apply(project, writes, backup=name, note=note)
    _settle_index(project)
    return Applied(len(writes), f"{STATE}/backups/{name}")


def clear_up(project: Path) -> list[str] | None:
    """Bring a run that was cut off to an end: the state before it, or all of what it was to do.

    Returns:
        None where nothing was put back; else the files that somebody has changed since and that are left alone.
    """
    require_git()
    left = recover(project)
    _settle_index(project)
    return left


def _settle_index(project: Path) -> None:
    """Put into git's index what the newest run left to be put there: conflicts, or what was there before them."""
    newest = backups(project)[-1:]
    repository = repository_of(project) if newest and newest[0].owed else None
    if repository is not None:
        change_index(repository, newest[0].owed)
        newest[0].mark()


def _is_in(repository: Repository | None, project: Path, directory: str) -> bool:
    found = repository_of(project / directory)
    return repository is not None and found is not None and found.root == repository.root


def _refuse_markers(plans: Sequence[Plan]) -> None:
    """Raise where a file to be written has conflict markers already: two conflicts in one are nobody's to resolve."""
    for one in plans:
        for change in one.changes.changes:
            before = change.before
            if before is not None and change.after not in (before, None) and _marked(before.content):
                path = f"{one.existing.directory}/{change.path}"
                raise ConflictsLeftError(
                    f"{path} has conflict markers already, and the update would change it",
                    where=Where(file=path),
                    hint="resolve them, then run the command again",
                )


def _write(directory: str, change: Change) -> Write:
    after = change.after
    file = None if after is None else File(after.content, 0o755 if after.mode == "100755" else 0o644)
    return Write(f"{directory}/{change.path}", file, change.before.content if change.before is not None else None)


def finish(project: Path) -> tuple[str, ...]:
    """Declare the conflicts of the last update resolved.

    Returns:
        The files that were in conflict.

    Raises:
        PreconditionError: There are none, or some are left.
    """
    backup = open_backup(project)
    if backup is None:
        raise PreconditionError("no update waits to be continued", code="no_conflicts", hint="dazzle infra status")
    # git writes markers of its own at a `git checkout --merge`. A file that the update did not write may have any.
    written = {entry.path for entry in backup.entries}
    marked = [path for path in backup.conflicts if path in written and _has_markers(project / path)]
    if marked:
        raise ConflictsLeftError(
            f"conflict markers are left in {', '.join(marked)}",
            where=Where(file=marked[0]),
            hint="edit the files, then run the command again; `dazzle infra update --abort` takes the update back",
        )
    repository = repository_of(project)
    if repository is not None:
        # What a person has decided is in the tree; the index forgets the three sides and keeps what it had.
        paths = unmerged(repository, backup.conflicts)
        change_index(repository, restored_entries(repository, paths, _entries_of(backup, repository.prefix, paths)))
    backup.close()
    return backup.conflicts


def _entries_of(backup: Backup, prefix: str, paths: Sequence[str]) -> list[str]:
    wanted = {f"{prefix}{path}" for path in paths}
    return [entry for entry in backup.note.get("index", []) if entry.split("\t", 1)[1] in wanted]


def _has_markers(path: Path) -> bool:
    return path.is_file() and _marked(path.read_bytes())


def _marked(content: bytes) -> bool:
    return any(line.startswith(_MARKERS) for line in content.splitlines())


def abort(project: Path) -> Applied:
    """Take back an update that left conflicts: everything is as it was before, to the byte.

    Raises:
        PreconditionError: There is none.
    """
    backup = open_backup(project)
    if backup is None:
        raise PreconditionError("no update waits to be aborted", code="no_conflicts", hint="dazzle infra status")
    return _take_back(project, backup, backup.conflicts)


def undo(project: Path) -> Applied:
    """Take back the last update.

    Raises:
        PreconditionError: There is none, or files were edited since.
    """
    if clear_up(project) is not None:
        raise PreconditionError(
            "a run was cut off before it was done; what it had changed is taken back, and nothing else",
            code="recovered",
            hint="run the command again to take back the update before it",
        )
    backup = newest_backup(project)
    if backup is None:
        raise PreconditionError(
            "there is no update to take back",
            code="nothing_to_undo",
            hint="run it in the folder of dazzle.toml, or name that with -C",
        )
    changed = [path for path in backup.changed_since(project) if path not in backup.appended]
    if changed:
        raise PreconditionError(
            f"these files were edited since: {', '.join(changed)}",
            code="edited_since",
            where=Where(file=changed[0]),
            hint=f"their state before the update is in {STATE}/backups/{backup.name}",
        )
    return _take_back(project, backup)


def _take_back(project: Path, backup: Backup, staged: Sequence[str] = ()) -> Applied:
    """Put back what a backup holds, and the index entries of `staged` and of what is unmerged still."""
    repository = repository_of(project)
    if repository is not None and backup.conflicts:
        repository.refuse_busy()
    owed: list[str] = []
    if repository is not None:
        paths = staged or unmerged(repository, backup.conflicts)
        owed = restored_entries(repository, paths, _entries_of(backup, repository.prefix, paths))
    name = next_backup_name(project)
    writes = backup.inverse(project)
    note = {"kind": "undo", "of": backup.name, "owed": owed}
    apply(project, writes, backup=name, note=note, folders=backup.folders_before(project, writes))
    _settle_index(project)
    return Applied(len(writes), f"{STATE}/backups/{name}")
