"""Moving and writing files so that they survive a crash."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

__all__ = ["move", "sync_directory", "sync_files", "write_new"]


def sync_directory(folder: Path) -> None:
    """Make the names in the folder durable; of a file, its content."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_files(folder: Path) -> None:
    """Make all files in the folder durable; that is far faster when all are written already than one by one."""
    for path in folder.iterdir():
        sync_directory(path)
    sync_directory(folder)


def move(source: Path, target: Path) -> None:
    """Rename `source` to `target`, replacing it; across file systems by a copy beside the target."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.dazzle-infra")
        shutil.copy2(source, beside)
        beside.replace(target)
        source.unlink()


def write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a new file; until it is complete, nobody else can read it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        os.fchmod(stream.fileno(), mode)
