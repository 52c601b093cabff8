"""The lock that allows one run at a time in a project."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dazzle_infra.errors import PreconditionError
from dazzle_infra.transaction.state import STATE, remove_unused, state_directory

__all__ = ["locked"]


@contextmanager
def locked(project: Path) -> Iterator[None]:
    """Hold the project's lock; the system releases it when the process ends, also after a crash.

    If the folder `.dazzle-infra` was created for a run that fails, and contains nothing else, it is removed again.

    Raises:
        PreconditionError: Another run holds the lock; the message names its process and command.
    """
    is_made = False
    with suppress(FileExistsError):
        (project / STATE).mkdir(mode=0o700)
        is_made = True
    path = state_directory(project) / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _refuse_removed(handle, path)
        except OSError as error:
            holder = os.pread(handle, 500, 0).decode(errors="replace").strip() or "another process"
            raise PreconditionError(
                f"another run is in progress in this project: {holder}", code="locked", hint="wait until it finishes"
            ) from error
        os.ftruncate(handle, 0)
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:400]
        os.pwrite(handle, f"process {os.getpid()}, {command}\n".encode(errors="replace"), 0)
        try:
            yield
        except BaseException:
            if is_made:
                remove_unused(project)
            raise
    finally:
        os.close(handle)


def _refuse_removed(handle: int, path: Path) -> None:
    """Raise `OSError` if a failed run removed the lock's file after it was opened, so that it locks nothing."""
    if not os.path.samestat(os.fstat(handle), path.stat()):
        raise FileNotFoundError(path)
