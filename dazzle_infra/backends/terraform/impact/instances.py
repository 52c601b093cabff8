"""The instances of a resource that are known without a plan: the keys of `for_each` that the files state literally."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from dazzle_infra.backends.terraform.impact.folder import Declared

__all__ = ["Scope", "base_of", "instances_of"]

_CONVERTED: Final = re.compile(r"(?:toset|tolist|keys)\((?P<inside>.*)\)", re.DOTALL)
_NAMED: Final = re.compile(r"(?P<kind>[A-Za-z_][\w-]*)\.(?P<name>[A-Za-z_][\w-]*)")
_LIST: Final = re.compile(r'\[\s*(?:"[^"\\$%]*"\s*(?:,\s*"[^"\\$%]*"\s*)*,?\s*)?\]')
_STRING: Final = re.compile(r'"([^"\\$%]*)"')
_MARKS: Final = {"__comments__", "__inline_comments__", "__is_block__"}
"""Keys that the parser adds."""

_DEEPEST: Final = 20
"""Limit of references that one expression is followed through."""


@dataclass(frozen=True)
class Scope:
    """Where an expression stands.

    Attributes:
        folder: The folder.
        arguments: The arguments of the module call above, as the parser returns them.
        outer: Where the call stands; None in a root.
    """

    folder: Declared
    arguments: Mapping[str, object]
    outer: Scope | None = None

    def argument(self, name: str, depth: int) -> frozenset[str] | None:
        """Return the keys of a variable: those of the argument, or else those of its default."""
        if name in self.arguments:
            return _keys(self.arguments[name], self.outer, depth)
        return _keys(self.folder.default(name), None, depth) if self.outer is not None else None


def instances_of(address: str, resource: str, scope: Scope) -> frozenset[str] | None:
    """Return the addresses of the instances of a resource, or None where the files do not state them.

    Args:
        address: The address of the resource, from the root.
        resource: Its address in its folder.
        scope: Where it is declared.
    """
    counts, each = scope.folder.repeats(resource)
    if counts:
        return None
    if each is None:
        return frozenset({address})
    keys = _keys(each, scope, 0)
    return None if keys is None else frozenset(f'{address}["{key}"]' for key in keys)


def base_of(address: str) -> str:
    """Return the address of the resource that an address of an instance belongs to."""
    return address.partition('["')[0]


def _keys(value: object, scope: Scope | None, depth: int) -> frozenset[str] | None:
    """Return the keys that `for_each` takes from a value, or None where they are not literal."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return _texts(value)
    if isinstance(value, dict):
        return _texts(key if key.startswith('"') else f'"{key}"' for key in value if key not in _MARKS)
    if not isinstance(value, str) or not value.startswith("${"):
        return None
    return _referenced(value.removeprefix("${").removesuffix("}").strip(), scope, depth + 1)


def _referenced(text: str, scope: Scope | None, depth: int) -> frozenset[str] | None:
    if _LIST.fullmatch(text):
        return frozenset(_STRING.findall(text))
    if match := _CONVERTED.fullmatch(text):
        return _keys(f"${{{match['inside']}}}", scope, depth)
    match = _NAMED.fullmatch(text)
    if match is None or scope is None:
        return None
    if match["kind"] == "var":
        return scope.argument(match["name"], depth)
    if match["kind"] == "local":
        return _keys(scope.folder.local(match["name"]), scope, depth)
    return _keys(scope.folder.repeats(text)[1], scope, depth)


def _texts(values: Iterable[object]) -> frozenset[str] | None:
    found = [_STRING.fullmatch(value) if isinstance(value, str) else None for value in values]
    return frozenset(match[1] for match in found if match) if all(found) else None
