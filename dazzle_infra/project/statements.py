"""On which line a key is set.

The TOML parser tells no positions. What it does tell is whether a text is complete: the shortest run of lines, from
where the last statement ended, that parses by itself is the next statement, whatever strings and brackets it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tomli

from dazzle_infra.values.words import KeyPath

__all__ = ["Lines"]

_BUDGET = 2_000_000
"""Characters that may be parsed again, so that a list of very many lines costs a line number, not minutes."""

_DEEPEST = 30
"""Parts of a key beyond which no line is kept: the keys of a thousand parts that TOML allows would fill the memory."""

_CLOSERS = ("]", "}", '"""', "'''")
"""A statement of several lines ends with one of these, so that no other line is worth trying."""


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Yield the line, the text and the meaning of each statement of a document that is known to parse."""
    pending: list[str] = []
    start, budget = 0, _BUDGET + len(text)
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not pending:
            start = number
        pending.append(line)
        if len(pending) > 1 and not any(closer in line for closer in _CLOSERS):
            continue
        statement = "\n".join(pending)
        budget -= len(statement)
        if budget < 0:
            return
        try:
            data = tomli.loads(statement)
        except tomli.TOMLDecodeError:
            continue
        yield start, statement, data
        pending = []


class Lines:
    """The line, from 1, of the statement that first sets each key of a document."""

    def __init__(self, text: str) -> None:
        self._first: dict[KeyPath, int] = {}
        self._lengths: dict[KeyPath, int] = {}
        table: KeyPath = ()
        for line, statement, data in _statements(text):
            if statement.lstrip().startswith("["):
                table = self._open(data, line)
            else:
                self._note(table, data, line)

    def of(self, path: KeyPath) -> int | None:
        """Return the line of the key, or of the nearest table or list around it that the document sets."""
        for end in range(len(path), 0, -1):
            if path[:end] in self._first:
                return self._first[path[:end]]
        return None

    def _open(self, header: dict[str, Any], line: int) -> KeyPath:
        """Note a `[table]` or `[[table]]`, and return the path at which its keys stand."""
        path: KeyPath = ()
        node: Any = header
        while isinstance(node, dict) and node and len(path) < _DEEPEST:
            ((name, node),) = node.items()
            path = (*path, name)
            self._first.setdefault(path, line)
            if isinstance(node, list):
                self._lengths[path] = self._lengths.get(path, 0) + 1
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
                self._first.setdefault(path, line)
        return path

    def _note(self, table: KeyPath, data: dict[str, Any], line: int) -> None:
        """Note every key that one `key = value` sets, down to the entries of its lists and inline tables."""
        stack: list[tuple[KeyPath, Any]] = [(table, data)]
        while stack:
            path, value = stack.pop()
            if len(path) >= _DEEPEST:
                continue
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            for name, entry in entries:
                self._first.setdefault((*path, name), line)
                if isinstance(entry, dict | list):
                    stack.append(((*path, name), entry))
