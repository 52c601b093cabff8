"""Printing lines to a terminal, with styles and line breaks between words."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import IO

from rich.console import Console
from rich.text import Text

from dazzle_infra.cli.printer import Part, joined
from dazzle_infra.cli.wrapping import wrapped, wrapped_command

__all__ = ["Terminal"]


class _Console(Console):
    """A console that raises an error for a broken pipe instead of ending the process."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Terminal:
    """Prints lines with the styles that the terminal supports."""

    def __init__(self, stream: IO[str], *, plain: bool) -> None:
        """Create it for a stream; with `plain`, without colours."""
        self._is_watched = stream.isatty()
        self._console = _Console(
            file=stream, highlight=False, markup=False, soft_wrap=True, no_color=True if plain else None
        )

    def write(self, *parts: Part, hang: int | None = None) -> None:
        """Write a line; a terminal breaks it between words, and `hang` is the column of continuation lines."""
        text = Text.assemble(*parts, end="")
        for line in text.split("\n", allow_blank=True):
            if hang is None or not self._is_watched:
                self._print(line)
                continue
            for part in wrapped(line, self._console.width, hang):
                self._print(part)

    def command(self, label: Part, text: str) -> None:
        """Write a label and a shell command, on lines that the shell joins again."""
        indent = len(label if isinstance(label, str) else label[0])
        lines = wrapped_command(text, self._console.width - indent) if self._is_watched else [text]
        for number, line in enumerate(lines):
            self.write(label if number == 0 else " " * indent, line)

    def progress(self, text: str) -> AbstractContextManager[object]:
        """Show the present activity."""
        return self._console.status(Text(text, style="dim")) if self._console.is_terminal else nullcontext()

    def _print(self, line: Text) -> None:
        line.plain = joined(line.plain)
        self._console.print(line)
