"""Writing into the user's tree: everything or nothing."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dazzle_infra.engine.journal import STATE, Entry, Journal, leftover, move, sync_directory
from dazzle_infra.engine.lock import locked
from dazzle_infra.engine.places import check_place
from dazzle_infra.engine.trees import File, digest
from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where

__all__ = ["Write", "apply", "recover"]


@dataclass(frozen=True)
class Write:
    """One file to write.

    Attributes:
        path: Where, POSIX, relative to the project.
        file: What.
        before: The content that was read there when the run was planned; None where there was no file.
    """

    path: str
    file: File
    before: bytes | None = None


def recover(project: Path) -> list[str] | None:
    """Put back what a run that was cut off had changed.

    Returns:
        None where there was no such run; else the files that somebody has changed since and that are left alone.
    """
    if not leftover(project):
        return None
    with locked(project):
        return Journal(project).roll_back()


def apply(project: Path, writes: Sequence[Write], reached: Callable[[str], None] = lambda _: None) -> None:
    """Write all the files, or leave everything as it was.

    Args:
        project: The project's root.
        writes: What to write; each path once.
        reached: Called with a name at every point where the run can be cut off; for tests of just that.

    Raises:
        PreconditionError: A file is not what it was when it was read, or cannot be written.
        DazzleInfraError: The disk is full, or fails.
    """
    if not writes:
        return
    for write in writes:
        check_place(project, write.path)
    is_first_run = not (project / STATE).exists()
    try:
        with locked(project):
            journal = Journal(project)
            journal.roll_back()
            reached("locked")
            try:
                _write_all(project, journal, writes, reached)
            except BaseException:
                journal.roll_back()
                raise
            journal.finish()
            reached("finished")
    except BaseException as error:
        if is_first_run and not leftover(project):
            shutil.rmtree(project / STATE, ignore_errors=True)
        if isinstance(error, OSError):
            raise _explain(error) from error
        raise


def _write_all(project: Path, journal: Journal, writes: Sequence[Write], reached: Callable[[str], None]) -> None:
    journal.staging.mkdir(mode=0o700)
    entries = []
    for index, write in enumerate(writes):
        entries.append(_stage(project, journal.staging, index, write))
        reached(f"staged {write.path}")
    folders = _missing_folders(project, [write.path for write in writes])
    journal.write(entries, folders)
    reached("recorded")
    for folder in folders:
        (project / folder).mkdir()
        reached(f"made {folder}")
    for entry in entries:
        _place(journal.staging / entry.staged, project / entry.path, is_new=entry.before is None)
        reached(f"wrote {entry.path}")
    for parent in sorted({(project / write.path).parent for write in writes}):
        sync_directory(parent)


def _stage(project: Path, staging: Path, index: int, write: Write) -> Entry:
    """Write the new content, and a copy of the present one, beside the tree."""
    target = project / write.path
    present = target.read_bytes() if target.exists() else None
    if present != write.before:
        raise PreconditionError(
            f"{write.path} has changed while the command ran",
            code="changed_meanwhile",
            where=Where(file=write.path),
            hint="run the command again",
        )
    staged = f"{index}.new"
    mode = write.file.mode & ~_umask() if present is None else write.file.mode
    _write_durably(staging / staged, write.file.content, mode)
    if present is None:
        return Entry(write.path, staged, digest(write.file.content))
    saved = f"{index}.old"
    _write_durably(staging / saved, present, 0o600)
    shutil.copystat(target, staging / saved)
    return Entry(write.path, staged, digest(write.file.content), digest(present), saved)


def _write_durably(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        os.fchmod(stream.fileno(), mode)
        stream.flush()
        os.fsync(stream.fileno())


def _umask() -> int:
    """Return the process's umask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _missing_folders(project: Path, paths: Sequence[str]) -> list[str]:
    wanted = {parent.as_posix() for path in paths for parent in PurePosixPath(path).parents}
    return sorted(folder for folder in wanted - {"."} if not (project / folder).exists())


def _place(staged: Path, target: Path, *, is_new: bool) -> None:
    """Give the staged file its name; a new one takes no name that somebody has taken in between."""
    if is_new and target.exists():
        raise PreconditionError(
            f"{target.name} has come into being while the command ran",
            code="changed_meanwhile",
            where=Where(file=str(target)),
            hint="run the command again",
        )
    move(staged, target)


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
    return DazzleInfraError(f"writing failed: {error.strerror}; nothing was changed", code="write_failed", where=place)
