"""Trees of files in memory, such as a render or the content of a folder."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["File", "Tree", "digest", "digest_at"]


@dataclass(frozen=True)
class File:
    """A regular file.

    Attributes:
        content: Its bytes.
        mode: Its permissions: 0o644, 0o755, or 0o600 for a file that only its owner may read.
    """

    content: bytes
    mode: int = 0o644


Tree = Mapping[str, File]
"""Files by path, sorted. Paths are POSIX and relative to the tree's root."""


def digest(content: bytes, *, is_executable: bool = False) -> str:
    """Return the SHA-256 of the content in hex, followed by `x` for an executable file."""
    return hashlib.sha256(content).hexdigest() + ("x" if is_executable else "")


def digest_at(path: Path) -> str | None:
    """Return the digest of a file on disk, or None if the path is not a regular file."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(mode):
        return None
    return digest(path.read_bytes(), is_executable=bool(mode & 0o100))
