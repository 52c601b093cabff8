"""The interface for printing lines to a stream, and its implementation for plain text.

The implementation for a terminal is in `terminal`, which is only imported for a terminal because it takes long.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Protocol

__all__ = ["Part", "Printer", "joined", "printer_for", "unbroken"]

Part = str | tuple[str, str]
"""A part of a line, or a part and its style."""

_FORCING = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Variables that force colour without a terminal."""

_JOINER = "\ue0a0"
"""Replaces a space at which no line may be broken; a private code point, which texts do not contain."""


def unbroken(text: str) -> str:
    """Mark a text, such as a path with spaces, so that no line is broken inside it."""
    return text.replace(" ", _JOINER)


def joined(text: str) -> str:
    """Return a text for display, with the spaces that `unbroken` replaced."""
    return text.replace(_JOINER, " ")


class Printer(Protocol):
    """Prints lines to a stream."""

    def write(self, *parts: Part, hang: int | None = None) -> None:
        """Write a line.

        Args:
            parts: The line.
            hang: The column under which a terminal continues a line that is too long for it, broken between words;
                None to leave the line to the terminal. Without a terminal, no line is broken.
        """

    def command(self, label: Part, text: str) -> None:
        """Write a label and a shell command; where a terminal needs several lines, the shell joins them again."""

    def progress(self, text: str) -> AbstractContextManager[object]:
        """Show the progress on a terminal."""


def printer_for(stream: IO[str], *, plain: bool) -> Printer:
    """Return the implementation for a stream; with `plain`, without colours."""
    if stream.isatty() or any(os.environ.get(name) for name in _FORCING):
        from dazzle_infra.cli.terminal import Terminal

        return Terminal(stream, plain=plain)
    return _Plain(stream)


class _Plain:
    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, *parts: Part, hang: int | None = None) -> None:
        self._stream.write(joined("".join(part if isinstance(part, str) else part[0] for part in parts)) + "\n")
        # Standard output and standard error are often the same file, so the order of lines must be kept.
        self._stream.flush()

    def command(self, label: Part, text: str) -> None:
        self.write(label, text)

    def progress(self, text: str) -> AbstractContextManager[object]:
        return nullcontext()
