"""Line breaks for a terminal: between words, with an indentation of continuation lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

__all__ = ["wrapped", "wrapped_command"]

_NARROW = 24
"""The least width of continuation lines; a column that leaves less is not used."""

_WORD = re.compile(r" *(?:`[^`]+`|[^ ])+")
"""Text in backquotes counts as one word, because it can be a command to paste."""
_SHELL_WORD = re.compile(r"(?:'[^']*'|\"[^\"]*\"|\\.|[^\s'\"\\])+")


def wrapped(line: Text, width: int, hang: int) -> Iterator[Text]:
    """Yield the parts of a line that fit into a width.

    A word is never broken. A word that is too long for the column, such as a path, starts further left. A word that is
    too long for the terminal is on a line of its own, which the terminal breaks.

    Args:
        line: The line, without line ends.
        width: The number of columns of the terminal.
        hang: The column of continuation lines.
    """
    plain = line.plain
    indent = len(plain) - len(plain.lstrip(" "))
    hang = hang if width - hang >= _NARROW else min(indent + 2, max(0, width - _NARROW))
    current, used = Text(end=""), 0
    for found in _WORD.finditer(plain):
        piece = line[found.start() : found.end()]
        size = cell_len(piece.plain)
        if current.plain.strip(" ") and used + size > width:
            yield current
            piece = line[found.end() - len(found[0].lstrip(" ")) : found.end()]
            start = min(hang, max(0, width - cell_len(piece.plain)))
            current, used = Text(" " * start, end=""), start
            size = cell_len(piece.plain)
        current.append_text(piece)
        used += size
    yield current


def wrapped_command(command: str, width: int) -> list[str]:
    """Return a shell command as lines that fit into a width and that a shell reads as the same command.

    Lines end at `&&` if that is enough, and otherwise with a backslash.
    """
    lines = [""]
    for part in re.split(r"(?<= &&) ", command):
        if lines[-1] and len(lines[-1]) + 1 + len(part) <= width:
            lines[-1] += f" {part}"
            continue
        packed = _packed(part, width - 2 * bool(lines[-1]))
        start = "  " if lines[-1] else ""
        lines += [f"{start}{line}" for line in packed]
    return lines[1:]


def _packed(command: str, width: int) -> list[str]:
    if len(command) <= width:
        return [command]
    lines: list[str] = []
    for word in _SHELL_WORD.findall(command):
        if lines and len(lines[-1]) + 1 + len(word) <= width - 2:
            lines[-1] += f" {word}"
        else:
            lines.append(f"  {word}" if lines else word)
    return [f"{line} \\" for line in lines[:-1]] + lines[-1:]
