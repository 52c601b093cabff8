"""A tree of files in memory: what a template renders, what a folder holds."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.engine.names import check_name
from dazzle_infra.errors import TemplateError
from dazzle_infra.renderer.guard import LARGEST_RENDERED, MOST_RENDERED

__all__ = ["File", "Tree", "digest", "digest_at", "read_tree"]


@dataclass(frozen=True)
class File:
    """A regular file.

    Attributes:
        content: Its bytes.
        mode: Its permissions: 0o644, 0o755, or 0o600 for what only its owner may read.
    """

    content: bytes
    mode: int = 0o644


Tree = Mapping[str, File]
"""Files by their paths, POSIX and relative to the tree's root, sorted."""


def digest(content: bytes, *, is_executable: bool = False) -> str:
    """Return a SHA-256 of the content, in hex, marked where the file is executable."""
    return hashlib.sha256(content).hexdigest() + ("x" if is_executable else "")


def digest_at(path: Path) -> str | None:
    """Return the digest of a file on disk, or None where there is no regular file."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(mode):
        return None
    return digest(path.read_bytes(), is_executable=bool(mode & 0o100))


def read_tree(root: Path) -> Tree:
    """Read what a template rendered into `root`.

    Raises:
        TemplateError: There is something else than files and folders, a name that is refused, or too much.
    """
    found: dict[str, File] = {}
    total = 0
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        name = path.relative_to(root).as_posix()
        check_name(name)
        if stat.S_ISREG(status.st_mode):
            total += status.st_size
            if len(found) >= MOST_RENDERED or total > LARGEST_RENDERED:
                raise TemplateError(
                    f"the template renders too much: {MOST_RENDERED:,} files and {LARGEST_RENDERED:,} bytes are the "
                    "limit",
                    code="template_too_large",
                    hint="tell the template's owner",
                )
            found[name] = File(path.read_bytes(), 0o755 if status.st_mode & 0o100 else 0o644)
        elif not stat.S_ISDIR(status.st_mode):
            raise TemplateError(
                f"the template renders {name}, which is neither a file nor a folder", hint="tell the template's owner"
            )
    return found
