"""Writing into the user's tree: everything or nothing."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from dazzle_infra.engine.files import move, sync_directory, sync_files, write_new
from dazzle_infra.engine.journal import Entry, Folders, Journal
from dazzle_infra.engine.lock import locked
from dazzle_infra.engine.places import check_place
from dazzle_infra.engine.state import leftover_record
from dazzle_infra.engine.trees import File, digest, digest_at
from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where

__all__ = ["Write", "apply", "recover"]


@dataclass(frozen=True)
class Write:
    """One file to write, or to remove.

    Attributes:
        path: Where, POSIX, relative to the project.
        file: What; None to remove it.
        before: The content that was read there when the run was planned; None where there was no file.
        is_exact: Whether the file's permissions are taken as they are, whatever the present file and the umask say.
    """

    path: str
    file: File | None
    before: bytes | None = None
    is_exact: bool = False


def recover(project: Path) -> list[str] | None:
    """Put back what a run that was cut off had changed.

    Returns:
        None where there was no such run; else the files that somebody has changed since and that are left alone.
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
) -> None:
    """Write all the files, or leave everything as it was.

    Args:
        project: The project's root.
        writes: What to write; each path once. Where there is none, a backup is made all the same.
        reached: Called with a name at every point where the run can be cut off; for tests of just that.
        backup: Name of a backup that keeps what was there before; None to keep nothing.
        note: What the backup says about the run besides.
        folders: Folders that are to be there afterwards, empty or not, with the permissions of those that are made.

    Raises:
        PreconditionError: A file is not what it was when it was read, or cannot be written.
        DazzleInfraError: The disk is full, or fails.
    """
    if not writes and backup is None:
        return
    gone = {write.path for write in writes if write.file is None}
    for write in writes:
        check_place(project, write.path, gone)
    try:
        with locked(project):
            journal = Journal(project)
            journal.roll_back()
            reached("locked")
            try:
                _write_all(project, journal, writes, reached, note or {}, folders or {})
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
) -> None:
    journal.staging.mkdir(mode=0o700)
    umask = _umask(journal.staging)
    entries = []
    for index, write in enumerate(writes):
        entries.append(_stage(project, journal.staging, index, write, umask))
        reached(f"staged {write.path}")
    sync_files(journal.staging)
    needed = _folders_of(write.path for write in writes if write.file is not None) | wanted.keys()
    folders = sorted(folder for folder in needed if not (project / folder).is_dir())
    journal.write(entries, Folders(folders, _present_folders(project, writes)), note)
    reached("recorded")
    # Removals first: a folder may come where a file was, and the other way round.
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


def _stage(project: Path, staging: Path, index: int, write: Write, umask: int) -> Entry:
    """Write the new content, and a copy of the present one, beside the tree."""
    target = project / write.path
    present = target.read_bytes() if target.is_file() else None
    if present != write.before:
        raise PreconditionError(
            f"{write.path} has changed while the command ran",
            code="changed_meanwhile",
            where=Where(file=write.path),
            hint="run the command again",
        )
    staged, after = None, None
    if write.file is not None:
        staged = f"{index}.new"
        mode = write.file.mode if write.is_exact else _mode(write.file, target if present is not None else None, umask)
        write_new(staging / staged, write.file.content, mode)
        after = digest(write.file.content, is_executable=bool(mode & 0o100))
    if present is None:
        return Entry(write.path, staged, after)
    saved = f"{index}.old"
    write_new(staging / saved, present, 0o600)
    shutil.copystat(target, staging / saved)
    (staging / saved).chmod(0o600)
    return Entry(write.path, staged, after, digest_at(target), saved, target.stat().st_mode & 0o777)


def _mode(file: File, present: Path | None, umask: int) -> int:
    """Return the new file's permissions: an existing file keeps its own, but for whether it can be executed."""
    if present is None:
        return file.mode & ~umask
    mode = present.stat().st_mode & 0o777
    if bool(mode & 0o100) == bool(file.mode & 0o100):
        return mode
    return mode & ~0o111 | (mode >> 2 & 0o111 if file.mode & 0o100 else 0)


def _umask(folder: Path) -> int:
    """Return the umask, by what becomes of a new file: the process could only read it by setting it for all threads."""
    probe = folder / "umask"
    os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777))
    mode = probe.stat().st_mode & 0o777
    probe.unlink()
    return 0o777 & ~mode


def _folders_of(paths: Iterable[str]) -> set[str]:
    return {parent.as_posix() for path in paths for parent in PurePosixPath(path).parents} - {"."}


def _present_folders(project: Path, writes: Sequence[Write]) -> dict[str, int]:
    """Return the folders that the run may remove, with permissions: those of its files, and any in their place."""
    found = {project / folder for folder in _folders_of(write.path for write in writes)}
    for target in (project / write.path for write in writes):
        found |= {target, *target.rglob("*")} if target.is_dir() and not target.is_symlink() else set()
    present = (path for path in sorted(found) if path.is_dir() and not path.is_symlink())
    return {path.relative_to(project).as_posix(): path.stat().st_mode & 0o777 for path in present}


def _refuse_changed(project: Path, entry: Entry) -> None:
    """Look once more just before a change: a new file takes no name that somebody has taken in between."""
    if digest_at(project / entry.path) != entry.before:
        raise PreconditionError(
            f"{entry.path} has changed while the command ran",
            code="changed_meanwhile",
            where=Where(file=entry.path),
            hint="run the command again",
        )


def _remove(project: Path, entry: Entry, needed: Set[str]) -> None:
    """Remove a file, and the folders that it leaves empty, but for those that the run needs."""
    _refuse_changed(project, entry)
    (project / entry.path).unlink()
    with suppress(OSError):
        for parent in PurePosixPath(entry.path).parents:
            if len(parent.parts) < 2 or parent.as_posix() in needed:
                return
            (project / parent).rmdir()


def _clear_empty_folder(target: Path) -> None:
    """Remove a folder that has no file in it, where a file is to be."""
    if target.is_dir():
        for folder in (*sorted(target.rglob("*"), reverse=True), target):
            folder.rmdir()


def _explain(error: OSError) -> DazzleInfraError:
    place = Where(file=str(error.filename)) if error.filename else None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DazzleInfraError(
            "the disk is full; nothing was changed", code="disk_full", where=place, hint="make room and try again"
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return PreconditionError(
            f"writing was refused: {error.strerror}; nothing was changed",
            code="not_writable",
            where=place,
            hint="change the permissions, or name another output folder in dazzle.toml",
        )
    return DazzleInfraError(
        f"writing failed: {error.strerror}; nothing was changed",
        code="write_failed",
        where=place,
        hint="make room on the disk, or mend what the message names, and run the command again",
    )
