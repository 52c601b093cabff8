"""A terminal, with colours."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import IO

from rich.console import Console
from rich.text import Text

from dazzle_infra.cli.paper import Part

__all__ = ["Terminal"]


class _Console(Console):
    """A console that leaves a broken pipe to whoever runs the command."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Terminal:
    """Writes with the styles that the terminal knows."""

    def __init__(self, stream: IO[str], *, plain: bool) -> None:
        """Look at what the stream is; with `plain`, leave colours out."""
        self._console = _Console(
            file=stream, highlight=False, markup=False, soft_wrap=True, no_color=True if plain else None
        )

    def write(self, *parts: Part) -> None:
        """Write a line."""
        self._console.print(Text.assemble(*parts))

    def progress(self, text: str) -> AbstractContextManager[object]:
        """Show what is at work."""
        return self._console.status(Text(text, style="dim")) if self._console.is_terminal else nullcontext()
