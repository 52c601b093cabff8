"""Selection of the files that git merges: those that both sides changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

__all__ = ["both_changed"]

T = TypeVar("T")


def both_changed(base: Mapping[str, T], yours: Mapping[str, T], theirs: Mapping[str, T]) -> set[str]:
    """Return the paths that both sides changed in different ways."""
    paths = {*base, *yours, *theirs}
    return {path for path in paths if _differ(base.get(path), yours.get(path), theirs.get(path))}


def _differ(base: T | None, yours: T | None, theirs: T | None) -> bool:
    return yours not in (base, theirs) and theirs != base
