"""The inputs of a run, and a digest of their present state.

The module imports little, and looks at each path with as few system calls as possible: `check` looks up a stored result
before anything else is imported.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False  # the real one is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Final

__all__ = ["CONTENT", "FOLDER", "KIND", "LINK", "LISTING", "STATUS", "Input", "digest_of", "is_older"]

Input = tuple[str, str]
"""One of the kinds below, and an absolute path."""

CONTENT: Final = "content"
"""The bytes of a file."""

LISTING: Final = "listing"
"""The names in a folder, and whether each is a file or a folder."""

FOLDER: Final = "folder"
"""The time of a folder, which changes when something in it is created or removed."""

STATUS: Final = "status"
"""Whether there is a file or a folder; of a file also its size and time, which change with its content."""

KIND: Final = "kind"
"""Whether there is a file or a folder, its permissions and its owner."""

LINK: Final = "link"
"""Whether there is a link, and its target."""


def digest_of(inputs: Iterable[Input], start: bytes = b"") -> bytes:
    """Return the digest of the present state of inputs.

    Args:
        inputs: The inputs.
        start: Further bytes that the digest covers.

    Raises:
        OSError: A file cannot be read, or something that is no file is in its place.
    """
    import hashlib

    digest = hashlib.blake2b(start, digest_size=32)
    for kind, path in inputs:
        state = _STATES[kind](path)
        digest.update(b"%s\0%s\0%d\0" % (kind.encode(), os.fsencode(path), len(state)))
        digest.update(state)
    return digest.digest()


def is_older(inputs: Iterable[Input], moment: int) -> bool:
    """Return whether no file or listing among the inputs has changed since a moment, in nanoseconds since the epoch."""
    for kind, path in inputs:
        if kind in (CONTENT, FOLDER, LISTING, STATUS):
            try:
                found = os.stat(path)  # noqa: PTH116 - pathlib is slow to import
            except OSError:
                continue
            if (kind != STATUS or stat.S_ISREG(found.st_mode)) and max(found.st_ctime_ns, found.st_mtime_ns) >= moment:
                return False
    return True


def _content(path: str) -> bytes:
    try:
        # A pipe must not block.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return b"-"
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is not a file")
        parts = []
        while part := os.read(handle, found.st_size + 1):
            parts.append(part)
        return b"+" + b"".join(parts)
    finally:
        os.close(handle)


def _listing(path: str) -> bytes:
    try:
        with os.scandir(path) as entries:
            return b"\0".join(sorted(os.fsencode(entry.name) + _letter(entry) for entry in entries))
    except (FileNotFoundError, NotADirectoryError):
        return b"-"


def _letter(entry: os.DirEntry[str]) -> bytes:
    try:
        return b"/d" if entry.is_dir() else b"/f" if entry.is_file() else b"/o"
    except OSError:
        return b"/!"


def _folder(path: str) -> bytes:
    try:
        return b"%d" % os.stat(path).st_mtime_ns  # noqa: PTH116
    except OSError as error:
        return b"-%d" % (error.errno or 0)


def _status(path: str) -> bytes:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError as error:
        return b"%d" % (error.errno or 0)
    state = b"%o %d" % (found.st_mode, found.st_uid)
    if stat.S_ISREG(found.st_mode):
        state += b" %d %d" % (found.st_size, found.st_mtime_ns)
    return state


def _kind(path: str) -> bytes:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError as error:
        return b"%d" % (error.errno or 0)
    return b"%o %d" % (found.st_mode, found.st_uid)


def _link(path: str) -> bytes:
    try:
        found = os.lstat(path)
        target = os.fsencode(os.readlink(path)) if stat.S_ISLNK(found.st_mode) else b""  # noqa: PTH115
    except OSError as error:
        return b"%d" % (error.errno or 0)
    return b"%o %d %s" % (found.st_mode, found.st_uid, target)


_STATES: Final[dict[str, Callable[[str], bytes]]] = {
    CONTENT: _content,
    FOLDER: _folder,
    LISTING: _listing,
    STATUS: _status,
    KIND: _kind,
    LINK: _link,
}
