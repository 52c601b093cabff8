"""Staging: the new content of a file, and a copy of its present content, before the first change."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.transaction.files import SPECIAL, write_new
from dazzle_infra.transaction.record import Entry
from dazzle_infra.values.trees import File, digest, digest_at

__all__ = ["Write", "changed_meanwhile", "stage", "umask_in"]


@dataclass(frozen=True)
class Write:
    """One file to write, or to remove.

    Attributes:
        path: The path, POSIX, relative to the project.
        file: The new file; None to remove it.
        before: The content that was read when the run was planned; None if there was no file.
        is_exact: Whether `file.mode` is used unchanged, regardless of the present file and the umask.
    """

    path: str
    file: File | None
    before: bytes | None = None
    is_exact: bool = False

    @property
    def is_private(self) -> bool:
        """Whether the file holds values that are not printed: an environment file, or a file for its owner alone."""
        is_environment = PurePosixPath(self.path).name.startswith(".env")
        return is_environment or (self.file is not None and self.file.mode & 0o077 == 0)


def changed_meanwhile(path: str) -> PreconditionError:
    """Return the error for a file, relative to the project, that changed after the run had read it."""
    return PreconditionError(
        f"{path} changed while the command ran",
        code="changed_meanwhile",
        where=Where(file=path),
        hint="run the command again",
    )


def stage(project: Path, staging: Path, index: int, write: Write, umask: int) -> Entry:
    """Write the new content, and a copy of the present content, to the staging folder.

    Args:
        project: The project's root.
        staging: The staging folder.
        index: A number that is unique in the run; names in the staging folder begin with it.
        write: The file to write or to remove.
        umask: The umask for new files.

    Raises:
        PreconditionError: The file changed after the run had read it.
    """
    target = project / write.path
    present = target.read_bytes() if target.is_file() else None
    if present != write.before:
        raise changed_meanwhile(write.path)
    staged, after = None, None
    if write.file is not None:
        staged = f"{index}.new"
        mode = write.file.mode if write.is_exact else _mode(write.file, target if present is not None else None, umask)
        write_new(staging / staged, write.file.content, mode)
        after = digest(write.file.content, is_executable=bool(mode & 0o100))
    # The mode is read back because not every file system stores the mode that was set.
    mode_after = None if staged is None else stat.S_IMODE((staging / staged).stat().st_mode)
    if present is None:
        return Entry(write.path, staged, after, mode_after=mode_after)
    saved = f"{index}.old"
    write_new(staging / saved, present, 0o600)
    shutil.copystat(target, staging / saved)
    mode = stat.S_IMODE(target.stat().st_mode)
    # The set-user-ID, set-group-ID and sticky bits are stored on the copy alone, because a record can come from an
    # untrusted archive.
    (staging / saved).chmod(0o600 | mode & SPECIAL)
    return Entry(write.path, staged, after, digest_at(target), saved, mode & 0o777, mode_after)


def _mode(file: File, present: Path | None, umask: int) -> int:
    """Return the mode of the new file: an existing file keeps its own, except for the permission to execute it."""
    if present is None:
        return file.mode & ~umask
    mode = stat.S_IMODE(present.stat().st_mode)
    if bool(mode & 0o100) == bool(file.mode & 0o100):
        return mode
    return mode & ~0o111 | (mode >> 2 & 0o111 if file.mode & 0o100 else 0)


def umask_in(folder: Path) -> int:
    """Return the umask, determined from a new file: `os.umask` would set it for all threads."""
    probe = folder / "umask"
    os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777))
    mode = probe.stat().st_mode & 0o777
    probe.unlink()
    return 0o777 & ~mode
