"""The keys of a map or a set, as far as the text of an expression states them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["UNKNOWN", "Keys", "Names", "keys_of"]

_CONVERTED: Final = re.compile(r"(?:toset|tolist|keys|)\((?P<inside>.*)\)", re.DOTALL)
_JOINED: Final = re.compile(r"(?:merge|setunion)\((?P<inside>.*)\)", re.DOTALL)
_OBJECT: Final = re.compile(r"\{(?!\s*for\s)(?P<inside>.*)\}", re.DOTALL)
_KEY: Final = re.compile(r'(?P<key>\((?P<named>[^()]*)\)|"[^"\\$%]*"|[A-Za-z_][\w-]*)\s*(?:=(?!=)|:)', re.DOTALL)
_NAMED: Final = re.compile(r"(?P<kind>[A-Za-z_][\w-]*)\.(?P<name>[A-Za-z_][\w-]*)")
_LIST: Final = re.compile(r'\[\s*(?:"[^"\\$%]*"\s*(?:,\s*"[^"\\$%]*"\s*)*,?\s*)?\]')
_STRING: Final = re.compile(r'"([^"\\$%]*)"')
_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)
_MARKS: Final = {"__comments__", "__inline_comments__", "__is_block__"}
"""Keys that the parser adds."""

_DEEPEST: Final = 20
"""Limit of references that one expression is followed through."""


@dataclass(frozen=True)
class Keys:
    """The keys of a value.

    Attributes:
        certain: The keys that it has in any case.
        possible: The keys that it can have; None where the files do not state them.
    """

    certain: frozenset[str]
    possible: frozenset[str] | None


UNKNOWN: Final = Keys(frozenset(), None)


class Names(Protocol):
    """Where an expression stands: resolves the names in it."""

    def named(self, kind: str, name: str, depth: int) -> Keys:
        """Return the keys of what `KIND.NAME` means."""
        ...

    def local(self, name: str) -> object:
        """Return the expression of a local value, as the parser returns it."""
        ...


def keys_of(value: object, names: Names | None, depth: int = 0) -> Keys:
    """Return the keys that `for_each` takes from a value, as the parser returns it."""
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(value, list):
        return _literal(value)
    if isinstance(value, dict):
        return _literal(key if key.startswith('"') else f'"{key}"' for key in value if key not in _MARKS)
    if not isinstance(value, str) or not value.startswith("${"):
        return UNKNOWN
    return _evaluated(value.removeprefix("${").removesuffix("}").strip(), names, depth + 1)


def _evaluated(text: str, names: Names | None, depth: int) -> Keys:
    if _LIST.fullmatch(text):
        return _exactly(_STRING.findall(text))
    if (choice := _choice(text)) is not None:
        first, second = (keys_of(f"${{{part}}}", names, depth) for part in choice)
        return Keys(first.certain & second.certain, _either(first.possible, second.possible))
    if match := _CONVERTED.fullmatch(text):
        return keys_of(f"${{{match['inside']}}}", names, depth)
    if match := _JOINED.fullmatch(text):
        parts = [keys_of(f"${{{part}}}", names, depth) for part in _split(match["inside"])]
        return _union(parts)
    if match := _OBJECT.fullmatch(text):
        return _union(_key(part, names) for part in _split(match["inside"]))
    if (match := _NAMED.fullmatch(text)) is None or names is None:
        return UNKNOWN
    return names.named(match["kind"], match["name"], depth)


def _choice(text: str) -> tuple[str, str] | None:
    """Return the two results of a conditional expression."""
    marks = [place for place, word in _outermost(text) if word == "?"]
    if not marks:
        return None
    ends = [place for place, word in _outermost(text) if word == ":" and place > marks[0]]
    return (text[marks[0] + 1 : ends[-1]].strip(), text[ends[-1] + 1 :].strip()) if ends else None


def _key(part: str, names: Names | None) -> Keys:
    """Return the key of one entry of an object; one in parentheses is a local text."""
    match = _KEY.match(part)
    if match is None:
        return UNKNOWN
    if match["named"] is None:
        return _exactly([match["key"].strip('"')])
    named = _NAMED.fullmatch(match["named"].strip())
    text = names.local(named["name"]) if names and named and named["kind"] == "local" else None
    return _literal([text])


def _split(text: str) -> Iterator[str]:
    """Return the parts between the commas that no bracket encloses."""
    start = 0
    for place, word in _outermost(f"{text},"):
        if word == ",":
            if part := text[start:place].strip():
                yield part
            start = place + 1


def _outermost(text: str) -> Iterator[tuple[int, str]]:
    """Return what no bracket and no quotation marks enclose, with its place."""
    depth = 0
    for match in _WORD.finditer(text):
        depth -= match[0] in ")]}"
        if depth == 0:
            yield match.start(), match[0]
        depth += match[0] in "([{"


def _union(parts: Iterable[Keys]) -> Keys:
    found = _exactly(())
    for part in parts:
        found = Keys(found.certain | part.certain, _either(found.possible, part.possible))
    return found


def _either(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    return None if first is None or second is None else first | second


def _exactly(keys: Iterable[str]) -> Keys:
    found = frozenset(keys)
    return Keys(found, found)


def _literal(values: Iterable[object]) -> Keys:
    found = [_STRING.fullmatch(value) if isinstance(value, str) else None for value in values]
    return _exactly(match[1] for match in found if match) if all(found) else UNKNOWN
