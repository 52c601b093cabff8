"""What words are written on: a terminal in colour, or plain text.

Most runs are read by no person, in CI or by another program. For those the library of colours is not even imported.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Protocol

__all__ = ["Paper", "Part", "paper_for"]

Part = str | tuple[str, str]
"""A piece of a line, or a piece and its style."""

_FORCING = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
"""Variables by which people ask for colour where there is no terminal."""


class Paper(Protocol):
    """Takes lines."""

    def write(self, *parts: Part) -> None:
        """Write a line, never wrapped: a path that is cut in two cannot be pasted."""

    def progress(self, text: str) -> AbstractContextManager[object]:
        """Show what is at work, where somebody watches."""


def paper_for(stream: IO[str], *, plain: bool) -> Paper:
    """Return what suits a stream; with `plain`, without colours."""
    if stream.isatty() or any(os.environ.get(name) for name in _FORCING):
        from dazzle_infra.cli.terminal import Terminal

        return Terminal(stream, plain=plain)
    return _Plain(stream)


class _Plain:
    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, *parts: Part) -> None:
        self._stream.write("".join(part if isinstance(part, str) else part[0] for part in parts) + "\n")
        # Facts and remarks go to two streams, which are often one file: they keep their order there.
        self._stream.flush()

    def progress(self, text: str) -> AbstractContextManager[object]:
        return nullcontext()
