"""What differs between two answers that are lists of tables: entries that come or go, and keys that change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Difference", "differences"]


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        entry: The name of the entry.
        key: The key of it that changes; None where the whole entry comes or goes.
        before: The recorded value; None where there was none.
        after: The new value; None where there is none.
        because: Where the new value comes from.
    """

    entry: str
    key: str | None
    before: object
    after: object
    because: str = ""


def differences(before: object, after: object) -> tuple[Difference, ...] | None:
    """Return the differences, in the order of the new answer; None where one of the two is no list of named tables."""
    old, new = _by_name(before), _by_name(after)
    if old is None or new is None:
        return None
    found = []
    for name, entry in new.items():
        if name not in old:
            found.append(Difference(name, None, None, entry))
            continue
        was = old[name]
        found += [
            Difference(name, key, was.get(key), entry.get(key))
            for key in {**entry, **was}
            if (key in was, was.get(key)) != (key in entry, entry.get(key))
        ]
    return (*found, *(Difference(name, None, entry, None) for name, entry in old.items() if name not in new))


def _by_name(answer: object) -> dict[str, Mapping[str, object]] | None:
    """Return the entries by their names; None where one is no table or has no name of its own."""
    if not isinstance(answer, list):
        return None
    named = {one["name"]: one for one in answer if isinstance(one, Mapping) and isinstance(one.get("name"), str)}
    return named if len(named) == len(answer) else None
