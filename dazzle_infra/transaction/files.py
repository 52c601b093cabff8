"""Durable writes and moves of files, and masks of their modes."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from pathlib import Path

__all__ = ["FOLDER_MODE", "SPECIAL", "move", "sync_directory", "sync_files", "write_new"]

SPECIAL = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX
"""The mode bits other than permissions."""

FOLDER_MODE = 0o777 | stat.S_ISGID | stat.S_ISVTX
"""The mode bits of a folder that are recorded. None of them makes a program run as another user."""


def sync_directory(folder: Path) -> None:
    """Flush the names in a folder, or the content of a file, to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_files(folder: Path) -> None:
    """Flush all files in a folder to the disk. This is faster after all writes than after each one."""
    for path in folder.iterdir():
        sync_directory(path)
    sync_directory(folder)


def move(source: Path, target: Path) -> None:
    """Rename `source` to `target`, replacing it; to another file system by a copy in the target's folder."""
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
    """Write a new file. Other users cannot read it until it is complete."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        os.fchmod(stream.fileno(), mode)
