"""Few cases that still hold every pair of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from allpairspy import AllPairs

__all__ = ["pairs"]


def pairs(options: Mapping[str, Sequence[object]]) -> list[dict[str, object]]:
    """Return cases, one value for each option, so that any two values of two options meet in one of them."""
    return [dict(zip(options, case, strict=True)) for case in AllPairs([list(values) for values in options.values()])]
