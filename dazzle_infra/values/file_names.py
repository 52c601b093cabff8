"""Names of files that mean one ordinary file, wherever the project is checked out."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain_name", "reason_to_refuse_name"]

_LONGEST = 1_000
_LONGEST_PART = 255
"""Bytes of a file's name on the usual file systems (NAME_MAX of Linux and macOS)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Control characters, and those that are not seen: HFS+ leaves them out, and they make a name look like another."""

_CLOSED = re.compile(r"\.git|git~\d+|\.dazzle-infra|dazzle~\d+")
"""The folders of git and dazzle-infra, by their long names and their short names on Windows."""

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def reason_to_refuse_name(path: str) -> str | None:
    """Return why a relative POSIX path could be taken for something else than an ordinary file's, or None.

    Returns:
        The reason, as a relative clause about the path.
    """
    if len(path) > _LONGEST:
        return "which is too long"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "which is not valid Unicode"
    if _CONTROL.search(path):
        return "which contains an invisible character"
    if re.search(r"[\\:]", path):
        return "which Windows interprets as another location"
    for part in path.split("/"):
        plain = plain_name(part)
        if not plain:
            return "which has an empty component"
        if _CLOSED.fullmatch(plain):
            return f"which is in {part!a}, a reserved directory"
        if _DEVICES.fullmatch(plain):
            return "which is a device name on Windows"
        if len(part.encode()) > _LONGEST_PART:
            return f"which has a component of more than {_LONGEST_PART} bytes"
    return None


def plain_name(name: str) -> str:
    """Return the name as file systems compare it that ignore case, forms of Unicode, and dots and spaces at the end."""
    return unicodedata.normalize("NFKC", name).casefold().rstrip(". ")
