"""One run at a time in one project."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dazzle_infra.engine.state import STATE, remove_unused, state_directory
from dazzle_infra.errors import PreconditionError

__all__ = ["locked"]


@contextmanager
def locked(project: Path) -> Iterator[None]:
    """Hold the project's lock; the system releases it when the process ends, however it ends.

    Where our folder was made for a run that fails, and holds nothing else, it goes with the run.

    Raises:
        PreconditionError: Another run holds it; the message says which.
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
                f"another run is at work in this project: {holder}", code="locked", hint="wait until it is done"
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
    """Raise `OSError` where a failed run has taken the lock's file away since it was opened: it locks nothing."""
    if not os.path.samestat(os.fstat(handle), path.stat()):
        raise FileNotFoundError(path)
