"""Line ends: files are merged with LF and written with the user's line ends."""

from __future__ import annotations

__all__ = ["has_crlf", "same_text", "to_crlf", "to_lf"]


def has_crlf(content: bytes) -> bool:
    """Return whether this is text in which every line ends with CRLF, without other carriage returns.

    Mixed line ends are not converted, because the conversion could not be reversed.
    """
    crlf = content.count(b"\r\n")
    return crlf > 0 and crlf == content.count(b"\n") == content.count(b"\r") and b"\0" not in content


def to_lf(content: bytes) -> bytes:
    """Return the content with LF line ends if all its line ends are CRLF; other content is returned unchanged."""
    return content.replace(b"\r\n", b"\n") if has_crlf(content) else content


def same_text(one: bytes, other: bytes) -> bool:
    """Return whether two contents are equal apart from line ends, which git itself can change at a checkout."""
    return one == other or to_lf(one) == to_lf(other)


def to_crlf(content: bytes) -> bytes:
    """Return text with CRLF line ends; binary content is returned unchanged."""
    if b"\0" in content:
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
