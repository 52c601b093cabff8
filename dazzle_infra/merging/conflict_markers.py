"""Detection of git's conflict markers."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["has_conflict", "marker_lines"]

_CONFLICT = re.compile(rb"^<<<<<<< .*?^=======\r?$.*?^>>>>>>> ", re.MULTILINE | re.DOTALL)


def has_conflict(content: bytes) -> bool:
    """Return whether a text contains an unresolved conflict: all three markers in their order."""
    return b"\0" not in content and _CONFLICT.search(content) is not None


def marker_lines(content: bytes) -> Counter[bytes]:
    """Return the lines that look like the first or last marker of a conflict, with their numbers of occurrences."""
    lines = (line.rstrip(b"\r\n") for line in content.split(b"\n"))
    return Counter(line for line in lines if line.startswith((b"<<<<<<< ", b">>>>>>> ")))
