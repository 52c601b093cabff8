"""Line ends: merged as LF, given back as the user has them."""

from __future__ import annotations

__all__ = ["has_crlf", "same_text", "to_crlf", "to_lf"]


def has_crlf(content: bytes) -> bool:
    """Say whether this is text in which every line ends with CRLF.

    A file of mixed ends is left as it is, line by line: what looks like a mistake may be one line of a user's.
    """
    crlf = content.count(b"\r\n")
    return crlf > 0 and crlf == content.count(b"\n") and b"\0" not in content


def to_lf(content: bytes) -> bytes:
    """Return the content with LF line ends, if all its ends are CRLF."""
    return content.replace(b"\r\n", b"\n") if has_crlf(content) else content


def same_text(one: bytes, other: bytes) -> bool:
    """Say whether two contents are the same but for their line ends: git itself changes those at a checkout."""
    return one == other or to_lf(one) == to_lf(other)


def to_crlf(content: bytes) -> bytes:
    """Return the content with CRLF line ends; where some are CRLF already nothing is doubled."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
