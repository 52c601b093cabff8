"""Values inside of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["at"]


def at(value: Any, path: str) -> Iterator[Any]:
    """Yield what is at a path of keys with dots between them, in every element of the lists on the way."""
    yield from _at(value, path.split(".") if path else [])


def _at(value: Any, keys: list[str]) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _at(part, keys)
    elif keys and isinstance(value, dict):
        yield from _at(value.get(keys[0]), keys[1:])
    elif not keys and value is not None:
        yield value
