"""Writing all files of a run, or none."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where
from dazzle_infra.transaction.files import FOLDER_MODE, move, sync_directory, sync_files
from dazzle_infra.transaction.journal import Journal
from dazzle_infra.transaction.lock import locked
from dazzle_infra.transaction.places import check_place, refuse_special_file
from dazzle_infra.transaction.record import Entry, Folders
from dazzle_infra.transaction.relocate import Moves, check_moves, relocate
from dazzle_infra.transaction.staging import Write, changed_meanwhile, stage, umask_in
from dazzle_infra.transaction.state import leftover_record
from dazzle_infra.values.trees import digest_at

__all__ = ["apply", "recover"]


def recover(project: Path) -> list[str] | None:
    """Roll back an interrupted run.

    Returns:
        None if there was no such run; else the files that were edited since and are not restored.
    """
    if not leftover_record(project).exists():
        return None
    with locked(project):
        return Journal(project).roll_back()


def apply(
    project: Path,
    writes: Sequence[Write],
    reached: Callable[[str], None] = lambda _: None,
    *,
    backup: str | None = None,
    note: Mapping[str, Any] | None = None,
    folders: Mapping[str, int] | None = None,
    moves: Moves = (),
) -> None:
    """Write all files, or change nothing.

    Args:
        project: The project's root.
        writes: The files to write or remove; each path once. An empty sequence makes a backup all the same.
        reached: Called with a name at every point where the run can be interrupted, for tests.
        backup: Name of the backup that keeps the previous files; None to keep none.
        note: Further data about the run, for its record.
        folders: Folders that must exist afterwards, with the permissions for those that are created.
        moves: Folders that are moved after the writes. The paths of the writes are those before the moves.

    Raises:
        PreconditionError: A file changed after it was read, or cannot be written.
        DazzleInfraError: The disk is full, or a write failed.
    """
    if not writes and backup is None and not moves:
        return
    gone = {write.path for write in writes if write.file is None}
    for write in writes:
        check_place(project, write.path, gone)
        refuse_special_file(project, write.path)
    check_moves(project, moves)
    try:
        with locked(project):
            journal = Journal(project)
            journal.roll_back()
            reached("locked")
            try:
                _write_all(project, journal, writes, reached, note or {}, folders or {}, moves)
                journal.commit(journal.state / "backups" / backup if backup else None, reached)
            except BaseException:
                journal.roll_back()
                raise
            reached("finished")
    except OSError as error:
        raise _explain(error) from error


def _write_all(
    project: Path,
    journal: Journal,
    writes: Sequence[Write],
    reached: Callable[[str], None],
    note: Mapping[str, Any],
    wanted: Mapping[str, int],
    moves: Moves,
) -> None:
    journal.staging.mkdir(mode=0o700)
    umask = umask_in(journal.staging)
    entries = []
    for index, write in enumerate(writes):
        entries.append(stage(project, journal.staging, index, write, umask))
        reached(f"staged {write.path}")
    sync_files(journal.staging)
    needed = _folders_of(write.path for write in writes if write.file is not None) | wanted.keys()
    needed |= _folders_of(new for _, new in moves)
    folders = sorted(folder for folder in needed if not (project / folder).is_dir())
    present = _present_folders(project, [write.path for write in writes], [old for old, _ in moves])
    journal.write(entries, Folders(folders, present), note, moves=moves)
    reached("recorded")
    # Removals first: a folder can replace a file, and a file a folder.
    for entry in entries:
        if entry.staged is None:
            _remove(project, entry, needed)
            reached(f"removed {entry.path}")
    for folder in folders:
        (project / folder).mkdir()
        if folder in wanted:
            (project / folder).chmod(wanted[folder])
        reached(f"made {folder}")
    for entry in entries:
        if entry.staged is not None:
            _refuse_changed(project, entry)
            _clear_empty_folder(project / entry.path)
            move(journal.staging / entry.staged, project / entry.path)
            reached(f"wrote {entry.path}")
    for parent in sorted({(project / write.path).parent for write in writes}):
        if parent.is_dir():
            sync_directory(parent)
    if moves:
        relocate(project, moves)
        reached("moved")


def _folders_of(paths: Iterable[str]) -> set[str]:
    return {parent.as_posix() for path in paths for parent in PurePosixPath(path).parents} - {"."}


def _present_folders(project: Path, paths: Sequence[str], moved: Sequence[str]) -> dict[str, int]:
    """Return the folders that the run can remove, with permissions: parents of files, and folders at their paths."""
    found = {project / folder for folder in _folders_of([*paths, *moved])}
    for target in (project / path for path in paths):
        found |= {target, *target.rglob("*")} if target.is_dir() and not target.is_symlink() else set()
    present = (path for path in sorted(found) if path.is_dir() and not path.is_symlink())
    return {path.relative_to(project).as_posix(): path.stat().st_mode & FOLDER_MODE for path in present}


def _refuse_changed(project: Path, entry: Entry) -> None:
    """Raise if a file changed since it was staged; this is checked immediately before the write."""
    if digest_at(project / entry.path) != entry.before:
        raise changed_meanwhile(entry.path)


def _remove(project: Path, entry: Entry, needed: Set[str]) -> None:
    """Remove a file, and the folders that are empty then, except for those that the run needs."""
    _refuse_changed(project, entry)
    (project / entry.path).unlink()
    with suppress(OSError):
        for parent in PurePosixPath(entry.path).parents:
            if len(parent.parts) < 2 or parent.as_posix() in needed:
                return
            (project / parent).rmdir()


def _clear_empty_folder(target: Path) -> None:
    """Remove a folder without files at the path of a new file."""
    if target.is_dir():
        for folder in (*sorted(target.rglob("*"), reverse=True), target):
            folder.rmdir()


def _explain(error: OSError) -> DazzleInfraError:
    place = Where(file=str(error.filename)) if error.filename else None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DazzleInfraError(
            "the disk is full; nothing was changed",
            code="disk_full",
            where=place,
            hint="free some space, then run the command again",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return PreconditionError(
            f"writing was refused: {error.strerror}; nothing was changed",
            code="not_writable",
            where=place,
            hint="change the permissions, or set another output directory in dazzle.toml",
        )
    return DazzleInfraError(
        f"writing failed: {error.strerror}; nothing was changed",
        code="write_failed",
        where=place,
        hint="free some space or correct the named cause, then run the command again",
    )
