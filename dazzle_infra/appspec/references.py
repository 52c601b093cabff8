"""The search for references to variables in the texts of a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

__all__ = ["Found", "find_references", "may_refer"]

_REFERENCE = re.compile(r'(?:config|env)\("([A-Za-z_][A-Za-z0-9_]*)"\)', re.ASCII)
_ESCAPED_ASCII = re.compile(rb"\\u00[2-7]")
"""An escape that could encode a letter or a quote of a reference."""

_SEARCHED_TYPES = (str, dict, list)

_Path: TypeAlias = "tuple[()] | tuple[_Path, str]"

_SINGULAR = {
    "analytics": "analytics",
    "apis": "api",
    "entities": "entity",
    "policies": "policies",
    "processes": "process",
    "searches": "search",
    "stories": "story",
}


class Found(NamedTuple):
    """A reference: the variable, the kind and content of the construct that contains it, and the keys inside it."""

    variable: str
    kind: str
    item: Mapping[str, Any]
    key: str


def may_refer(text: bytes) -> bool:
    """Return False if a JSON text contains no reference. True means that it may contain one."""
    return b"config(" in text or b"env(" in text or _ESCAPED_ASCII.search(text) is not None


def find_references(document: Mapping[str, Any]) -> Iterator[Found]:
    """Yield every string that is exactly `config("NAME")` or `env("NAME")`. The time is linear in the document."""
    for section, value in document.items():
        if section == "domain" and isinstance(value, dict):
            for part, items in value.items():
                yield from _in_section(part, items)
        else:
            yield from _in_section(section, value)


def _in_section(section: str, value: object) -> Iterator[Found]:
    if not isinstance(value, list):
        # `app_config`, `llm_config`, `security`: one construct without a name.
        yield from _inside(section, {}, value)
        return
    kind = _SINGULAR.get(section, section.removesuffix("s"))
    for item in value:
        yield from _inside(kind, item if isinstance(item, dict) else {}, item)


def _inside(kind: str, item: Mapping[str, Any], value: object) -> Iterator[Found]:
    # A stack, not recursion: the depth of the document is unbounded. Paths are chains of keys, joined when needed.
    waiting: list[tuple[_Path, object]] = [((), value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            if value.startswith(("config(", "env(")) and (match := _REFERENCE.fullmatch(value)):
                yield Found(match[1], kind, item, _spell(path))
        elif isinstance(value, dict):
            waiting += [((path, k), v) for k, v in value.items() if isinstance(v, _SEARCHED_TYPES)]
        elif isinstance(value, list):
            waiting += [(path, v) for v in value if isinstance(v, _SEARCHED_TYPES)]


def _spell(path: _Path) -> str:
    keys = []
    while path:
        path, key = path
        keys.append(key)
    return ".".join(reversed(keys))
