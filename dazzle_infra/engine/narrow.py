"""What of a merge needs git: a file that one side alone has changed does not, unless it may have been renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

__all__ = ["both_changed"]

T = TypeVar("T")


def both_changed(base: Mapping[str, T], yours: Mapping[str, T], theirs: Mapping[str, T]) -> set[str] | None:
    """Return the paths that both sides changed, each in its way; all others are as the side has them that changed them.

    None where a path cannot be looked at by itself: where one side may have renamed what the other changed, or has a
    file where the other has a folder.
    """
    folders = _folders(yours), _folders(theirs)
    if not folders[0].isdisjoint(theirs) or not folders[1].isdisjoint(yours):
        return None
    if _may_rename(base, yours, theirs) or _may_rename(base, theirs, yours):
        return None
    paths = {*base, *yours, *theirs}
    return {path for path in paths if _differ(base.get(path), yours.get(path), theirs.get(path))}


def _differ(base: T | None, yours: T | None, theirs: T | None) -> bool:
    return yours not in (base, theirs) and theirs != base


def _may_rename(base: Mapping[str, T], side: Mapping[str, T], other: Mapping[str, T]) -> bool:
    """Say whether git could see a rename on one side that matters to what the other side did."""
    gone, come = base.keys() - side.keys(), side.keys() - base.keys()
    if not gone or not come:
        return False
    if any(other.get(path) != base[path] for path in gone):
        return True
    if any(path in other and other[path] != side[path] for path in come):
        return True
    # A folder all of whose files are gone may have been renamed: what the other side adds to it would move along.
    left = _folders(gone) - _folders(side)
    return not left.isdisjoint(_folders(other.keys() - base.keys()))


def _folders(paths: Iterable[str]) -> set[str]:
    """Return all folders that the paths are in; the root as an empty name."""
    return {path[:end] for path in paths for end in (0, *(place for place, sign in enumerate(path) if sign == "/"))}
