"""Keys and values of a manifest as text for messages."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["KeyPath", "nearest", "number", "quoted", "shorten", "shown", "written"]

KeyPath = tuple[str | int, ...]
"""The path of a value: names of keys, and indices (from 0) of lists."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 60


def quoted(text: str) -> str:
    """Quote a text as in TOML, shortened, with control characters escaped."""
    escaped = json.dumps(shorten(text, _LONGEST), ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)


def shorten(text: str, longest: int) -> str:
    """Return the text, or its first `longest` characters and `…`."""
    return text if len(text) <= longest else f"{text[:longest]}…"


def number(value: float) -> str:
    """Return a number as text, or `…` for an integer of more than 20 digits, which Python may refuse to convert."""
    return "…" if isinstance(value, int) and abs(value) >= 10**20 else str(value)


def shown(value: object) -> str:
    """Describe a value in words: its type, and the value itself if it is a boolean, a number or a text."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f"the string {quoted(value)}"
        case int() | float():
            return f"the number {number(value)}"
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case datetime.date() | datetime.time():
            return "a date or time"
        case _:
            return type(value).__name__


def written(path: KeyPath, *, table: bool = False) -> str:
    """Return a key as it is written in the file: `[infra.docker] image_name`, or `[infra.docker]` for a table.

    A final index is omitted: it is unclear whether it counts from 0 or 1, and the message shows the value.
    """
    while isinstance(path[-1], int):
        path = path[:-1]
    parts: list[str] = []
    for part in path:
        if isinstance(part, int):
            parts[-1] += f"[{part}]"
        else:
            parts.append(part if _BARE.fullmatch(part) else quoted(part))
    if table or len(parts) < 2:
        return f"[{'.'.join(parts)}]"
    return f"[{'.'.join(parts[:-1])}] {parts[-1]}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most similar to `word`, or None if no word is similar."""
    by_fold = {name.lower().replace("-", "_"): name for name in sorted(known)}
    found = get_close_matches(word[:_LONGEST].lower().replace("-", "_"), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None
