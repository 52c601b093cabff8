"""Ranges of versions of Node, as package.json states them (docs.npmjs.com, "semver", "Ranges")."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

__all__ = ["allowed_majors"]

_Version: TypeAlias = tuple[float, float, float]
_Bounds: TypeAlias = tuple[_Version, _Version]
"""The lowest version that is allowed, and the lowest above it that is not."""

_NUMBER: Final = r"(?:\d{1,6}|[xX*])"
_VERSION: Final = rf"[v=]?\s*{_NUMBER}(?:\.{_NUMBER}){{0,2}}(?:-[\w.-]+)?(?:\+[\w.-]+)?"
_COMPARATOR: Final = re.compile(rf"(>=|<=|>|<|\^|~>?|=)?\s*({_VERSION})(?=\s|$)")
_HYPHEN: Final = re.compile(rf"({_VERSION})\s+-\s+({_VERSION})")
_ANY: Final[_Bounds] = ((0, 0, 0), (float("inf"), 0, 0))
_LAST: Final = 999_999


def allowed_majors(text: str, majors: range) -> list[int]:
    """Return the majors whose newest version a range allows, else those of which it allows any, newest first.

    The newest version is the one that an image of that major contains. A text that is no range allows none.
    """
    ranges = [_bounds(part) for part in text.split("||")]
    if None in ranges:
        return []
    known = [bounds for bounds in ranges if bounds is not None]
    newest_first = sorted(majors, reverse=True)
    newest = [one for one in newest_first if any(low <= (one, _LAST, _LAST) < high for low, high in known)]
    return newest or [
        one for one in newest_first if any(low < (one + 1, 0, 0) and (one, 0, 0) < high for low, high in known)
    ]


def _bounds(text: str) -> _Bounds | None:
    """Return the bounds of comparators that hold together."""
    text = text.strip()
    if hyphen := _HYPHEN.fullmatch(text):
        return _of("", hyphen[1])[0], _of("", hyphen[2])[1]
    low, high = _ANY
    while text:
        found = _COMPARATOR.match(text)
        if found is None:
            return None
        its_low, its_high = _of(found[1] or "", found[2])
        low, high = max(low, its_low), min(high, its_high)
        text = text[found.end() :].strip()
    return low, high


def _of(operator: str, version: str) -> _Bounds:
    """Return the bounds of one comparator; parts that are missing or `x` stand for every number."""
    numbers = [int(part) for part in re.findall(r"\d+", re.split(r"[-+]", version)[0])][:3]
    if not numbers:
        return _ANY
    low = _padded(numbers)
    above = _padded([*numbers[:-1], numbers[-1] + 1])
    bounds = {
        ">=": (low, _ANY[1]),
        ">": (above, _ANY[1]),
        "<": (_ANY[0], low),
        "<=": (_ANY[0], above),
        "^": (low, (numbers[0] + 1, 0, 0)),
    }
    if operator.startswith("~"):
        return low, _padded([*numbers[:1], numbers[1] + 1]) if len(numbers) > 1 else above
    return bounds.get(operator, (low, above))


def _padded(numbers: list[int]) -> _Version:
    first, second, third = [*numbers, 0, 0, 0][:3]
    return first, second, third
