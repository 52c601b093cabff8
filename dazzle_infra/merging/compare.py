"""Comparison of renders with the user's files: the change set of an update, and the user's edits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from dazzle_infra.merging.changes import Change, ChangeSet, Sides
from dazzle_infra.merging.classify import classify
from dazzle_infra.merging.merge import merge
from dazzle_infra.merging.rename_detection import detect_moves
from dazzle_infra.merging.store import Blob, Trees
from dazzle_infra.merging.worktree import read_blob, read_yours
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.templates.renamed_files import successor_of
from dazzle_infra.templates.user_owned import is_owned
from dazzle_infra.transaction.places import refuse_special_file
from dazzle_infra.values.placement import Place
from dazzle_infra.values.trees import Tree

__all__ = ["Edit", "Renders", "compare", "edits"]


@dataclass(frozen=True)
class Edit:
    """The user's change of a rendered file.

    Attributes:
        path: The file, POSIX, relative to the backend's directory.
        state: `edited`, `deleted` or `moved`.
        to: Its present path, if it was moved.
    """

    path: str
    state: Literal["edited", "deleted", "moved"]
    to: str | None = None


@dataclass(frozen=True)
class Renders:
    """The three renders of an update.

    Attributes:
        base: The recorded version with the recorded answers.
        middle: The new version with the recorded answers.
        new: The new version with the new answers.
        owned: Patterns of files that belong to the user after they were generated once.
        renamed: The new paths of files that the template states to have renamed, by their old paths.
        replaced: The files that contain now what former files contained, by patterns of the former paths.
    """

    base: Tree
    middle: Tree
    new: Tree
    owned: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    replaced: Mapping[str, str] = field(default_factory=dict)


def compare(root: Path, place: Place, renders: Renders, version: str, untouched: Sequence[str] = ()) -> ChangeSet:
    """Merge the renders with the user's files, and return the change set.

    Args:
        root: The folder that the place is relative to.
        place: Where the backend's files are.
        renders: The renders.
        version: The new version, for conflict markers.
        untouched: Folders below the directory that the update does not change.

    Raises:
        PreconditionError: A file cannot be read, or there is a pipe or a device at the path of a rendered file.
    """
    base, middle, new = (_blobs(tree, untouched) for tree in (renders.base, renders.middle, renders.new))
    read = read_yours(root, place, {*base, *middle, *new})
    yours = _outside(read.files, untouched)
    for path in new.keys() - yours.keys():
        if new[path] != base.get(path):
            refuse_special_file(root, place.at(path))
    owned = {path for path in {*base, *yours} if is_owned(path, renders.owned)}
    left = tuple(
        Change(path, "user-owned", yours.get(path), yours.get(path), detail="user-owned; the template changed it")
        for path in owned
        if base.get(path) != new.get(path)
    )
    base, middle, new, yours = (_without(tree, owned) for tree in (base, middle, new, yours))
    outcome = merge(base, middle, new, yours, version, renders.renamed)
    classified = classify(Sides(base, new, yours), outcome).changes
    changes = (*(_with_successor(one, renders) for one in classified), *left)
    answers = renders.new.get(ANSWERS_FILE)
    present = read_blob(root / place.answers)
    if answers is not None and (after := Blob(answers.content)) != present:
        changes = (*changes, Change(ANSWERS_FILE, "updated", present, after))
    pending = {path for one in changes if one.is_pending for path in (one.path, one.from_path)}
    left_out = tuple(sorted(path for path in read.left_out if path in pending))
    return ChangeSet(tuple(sorted(changes, key=lambda one: one.path)), left_out)


def edits(root: Path, place: Place, base: Tree, untouched: Sequence[str] = ()) -> tuple[Edit, ...]:
    """Return the user's changes of rendered files, sorted by path.

    Args:
        root: The folder that the place is relative to.
        place: Where the backend's files are.
        base: The files that were written.
        untouched: Folders below the directory that do not count as targets of a move.
    """
    blobs = _blobs(base, ())
    yours = read_yours(root, place, blobs).files
    found = [Edit(path, "edited") for path, blob in blobs.items() if path in yours and not yours[path].is_as(blob)]
    others = _outside(_without(yours, blobs.keys()), untouched)
    moved = detect_moves(blobs, {path: blob for path, blob in yours.items() if path in blobs or path in others}).files
    gone = [path for path in blobs if path not in yours]
    found += [Edit(path, "moved" if path in moved else "deleted", moved.get(path)) for path in gone]
    return tuple(sorted(found, key=lambda one: one.path))


def _with_successor(change: Change, renders: Renders) -> Change:
    """Name the file that contains now what an edited file contained, if the template states one that it renders."""
    successor = successor_of(change.path, renders.replaced) if change.kind == "kept-edited" else ""
    return replace(change, replaced_by=successor) if successor in renders.new else change


def _without(tree: Trees, paths: Set[str]) -> dict[str, Blob]:
    return {path: blob for path, blob in tree.items() if path not in paths}


def _outside(tree: Trees, folders: Sequence[str]) -> dict[str, Blob]:
    return {path: blob for path, blob in tree.items() if not any(path.startswith(f"{folder}/") for folder in folders)}


def _blobs(tree: Tree, untouched: Sequence[str]) -> dict[str, Blob]:
    """Return a render as blobs, without the answers file: it is not merged, because markers would make it invalid."""
    blobs = {path: Blob(file.content, "100755" if file.mode & 0o100 else "100644") for path, file in tree.items()}
    return _outside({path: blob for path, blob in blobs.items() if path != ANSWERS_FILE}, untouched)
