"""One run at a time in one project."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dazzle_infra.engine.state import state_directory
from dazzle_infra.errors import PreconditionError

__all__ = ["locked"]


@contextmanager
def locked(project: Path) -> Iterator[None]:
    """Hold the project's lock; the system releases it when the process ends, however it ends.

    Raises:
        PreconditionError: Another run holds it; the message says which.
    """
    path = state_directory(project) / "lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(handle, 500, 0).decode(errors="replace").strip() or "another process"
            raise PreconditionError(
                f"another run is at work in this project: {holder}", code="locked", hint="wait until it is done"
            ) from error
        os.ftruncate(handle, 0)
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:400]
        os.pwrite(handle, f"process {os.getpid()}, {command}\n".encode(errors="replace"), 0)
        yield
    finally:
        os.close(handle)
