"""Alignment of the three trees of a merge: each file gets the same path on all sides, its path after the merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dazzle_infra.merging.rename_detection import Moves, detect_moves, relocated
from dazzle_infra.merging.store import Blob, Trees

__all__ = ["Aligned", "Occupied", "align"]


class Occupied:
    """The paths of a tree, with checks whether another path can be added."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = set(paths)
        self._lowered = {path.lower(): path for path in self.paths}
        self._folders = {path[:end] for path in self.paths for end in range(len(path)) if path[end] == "/"}

    def parent_of(self, path: str) -> str | None:
        """Return the file at the path of one of the folders that the path requires, or None."""
        parents = (path[:end] for end in range(len(path)) if path[end] == "/")
        return next((parent for parent in parents if parent in self.paths), None)

    def twin_of(self, path: str) -> str | None:
        """Return another path of the tree that differs only in case, or None."""
        twin = self._lowered.get(path.lower(), path)
        return None if twin == path or path in self.paths else twin

    def is_folder(self, path: str) -> bool:
        """Return whether the tree has files below the path."""
        return path in self._folders

    def blocks(self, path: str, but: str | None) -> bool:
        """Return whether other files prevent that a file is added at a path; the file at `but` does not count."""
        others = {path if path in self.paths else None, self.parent_of(path), self.twin_of(path)} - {None, but}
        return bool(others) or self.is_folder(path)


@dataclass(frozen=True)
class Aligned:
    """Three trees with the same path for the same file.

    Attributes:
        base: The common ancestor.
        mine: The user's side.
        theirs: The template's side.
        sources: The present paths of the user's files that the template moved, by aligned path.
        originals: The template's paths of its files whose aligned path is another one, by aligned path.
        deleted: Files that the user deleted and the template moved.
        dropped: Files that the user moved and the template dropped.
        split: The template's new paths of files that the user moved to another path, by aligned path.
    """

    base: dict[str, Blob] = field(default_factory=dict)
    mine: dict[str, Blob] = field(default_factory=dict)
    theirs: dict[str, Blob] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    split: dict[str, str] = field(default_factory=dict)


def align(base: Trees, mine: Trees, theirs: Trees, renamed: Mapping[str, str] | None = None) -> Aligned:
    """Return the trees with one path for each file.

    A move counts only if the other side has no other file at the new path; otherwise the file counts as deleted, and
    another one as added. New files are moved with a folder that the other side moved. A symbolic link of the user is
    not moved, because its target may be relative.

    Args:
        base: The common ancestor.
        mine: The user's side.
        theirs: The template's side.
        renamed: The new paths of files that the template states to have renamed.
    """
    my, their = detect_moves(base, mine), detect_moves(base, theirs, renamed)
    my_files = {old: new for old, new in my.files.items() if new not in theirs or their.files.get(old) == new}
    present = Occupied(mine)
    their_files = {
        old: new
        for old, new in their.files.items()
        if not (old in mine and mine[old].is_link)
        and (not present.blocks(new, my_files.get(old, old)) or my_files.get(old) == new)
    }
    aligned = Aligned()
    for path in base:
        _place(
            aligned,
            path,
            my_files.get(path, path if path in mine else None),
            their_files.get(path, path if path in theirs else None),
            (base, mine, theirs),
        )
    mine_left = {path: blob for path, blob in mine.items() if path not in base and path not in my_files.values()}
    theirs_left = {path: blob for path, blob in theirs.items() if path not in base and path not in their_files.values()}
    _add_mine(aligned, mine_left, their, Occupied({*base, *mine, *theirs}))
    _add_theirs(aligned, theirs_left, my, Occupied({*base, *mine, *theirs}))
    return aligned


def _place(
    aligned: Aligned, path: str, mine: str | None, theirs: str | None, trees: tuple[Trees, Trees, Trees]
) -> None:
    """Add one file of the base at its aligned path: the user's new path, or else the template's."""
    place = mine if mine is not None and mine != path else theirs or mine or path
    aligned.base[place] = trees[0][path]
    if mine is not None:
        aligned.mine[place] = trees[1][mine]
        if mine != place:
            aligned.sources[place] = mine
    if theirs is not None:
        aligned.theirs[place] = trees[2][theirs]
        if theirs != place:
            aligned.originals[place] = theirs
    if mine is None and theirs not in (None, path):
        aligned.deleted.add(place)
    if mine not in (None, path):
        if theirs is None:
            aligned.dropped.add(place)
        elif theirs not in (path, mine):
            aligned.split[place] = theirs


def _add_mine(aligned: Aligned, files: Trees, their: Moves, occupied: Occupied) -> None:
    for path, blob in files.items():
        place = relocated(path, their.folders)
        if place != path and place not in aligned.mine and not occupied.blocks(place, path):
            aligned.sources[place] = path
        else:
            place = path
        aligned.mine[place] = blob


def _add_theirs(aligned: Aligned, files: Trees, my: Moves, occupied: Occupied) -> None:
    for path, blob in files.items():
        place = relocated(path, my.folders)
        is_free = place not in {*aligned.mine, *aligned.theirs} and not occupied.blocks(place, path)
        aligned.theirs[place if is_free else path] = blob
