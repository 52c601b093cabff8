"""From what a template made, makes, and what the user has, to a change set."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dazzle_infra.engine.changes import Change, ChangeSet, Sides
from dazzle_infra.engine.classify import classify
from dazzle_infra.engine.merge import merge
from dazzle_infra.engine.owned import is_owned
from dazzle_infra.engine.recorded import ANSWERS_FILE
from dazzle_infra.engine.store import Blob, Store, Trees
from dazzle_infra.engine.trees import Tree
from dazzle_infra.engine.yours import read_blob, read_yours

__all__ = ["Edit", "Renders", "compare", "edits"]


@dataclass(frozen=True)
class Edit:
    """What a person did to a file that was rendered.

    Attributes:
        path: The file, POSIX, relative to the backend's directory.
        state: `edited`, `deleted` or `moved`.
        to: Where it is now, if it was moved.
    """

    path: str
    state: Literal["edited", "deleted", "moved"]
    to: str | None = None


@dataclass(frozen=True)
class Renders:
    """What a template rendered.

    Attributes:
        base: The recorded version with the recorded answers.
        middle: The new version with the recorded answers.
        new: The new version with the new answers.
        owned: Patterns of files that are the user's once they were made.
    """

    base: Tree
    middle: Tree
    new: Tree
    owned: tuple[str, ...] = ()


def compare(project: Path, directory: str, renders: Renders, version: str, untouched: Sequence[str] = ()) -> ChangeSet:
    """Merge, and say what becomes of each file.

    Args:
        project: The project's root.
        directory: The backend's directory, POSIX, relative to the project.
        renders: What the template rendered.
        version: The new version, for conflict markers.
        untouched: Folders below the directory that are left alone, whatever the template says.
    """
    base, middle, new = (_blobs(tree, untouched) for tree in (renders.base, renders.middle, renders.new))
    yours = read_yours(project, directory, {*base, *middle, *new})
    owned = {path for path in {*base, *yours} if is_owned(path, renders.owned)}
    left = tuple(
        Change(path, "user-owned", yours.get(path), yours.get(path), detail="the template changed it; it is yours")
        for path in owned
        if base.get(path) != new.get(path)
    )
    base, middle, new, yours = (_without(tree, owned) for tree in (base, middle, new, yours))
    outcome = merge(base, middle, new, yours, version)
    changes = (*classify(Sides(base, new, yours), outcome).changes, *left)
    answers = renders.new.get(ANSWERS_FILE)
    present = read_blob(project / directory / ANSWERS_FILE)
    if answers is not None and (after := Blob(answers.content)) != present:
        changes = (*changes, Change(ANSWERS_FILE, "updated", present, after))
    return ChangeSet(tuple(sorted(changes, key=lambda one: one.path)))


def edits(project: Path, directory: str, base: Tree) -> tuple[Edit, ...]:
    """Say which files a person has changed since they were written, sorted by path."""
    blobs = _blobs(base, ())
    yours = read_yours(project, directory, blobs)
    found = [Edit(path, "edited") for path, blob in blobs.items() if path in yours and not yours[path].is_as(blob)]
    gone, others = _without(blobs, yours.keys()), _without(yours, blobs.keys())
    moved: dict[str, str] = {}
    if gone and others:
        with Store() as store:
            moved = {old: new for new, old in store.renames(gone, others).items()}
    found += [Edit(path, "moved" if path in moved else "deleted", moved.get(path)) for path in gone]
    return tuple(sorted(found, key=lambda one: one.path))


def _without(tree: Trees, paths: Set[str]) -> dict[str, Blob]:
    return {path: blob for path, blob in tree.items() if path not in paths}


def _blobs(tree: Tree, untouched: Sequence[str]) -> dict[str, Blob]:
    """Return a render as git knows it; the answers file is no part of a merge, for markers would break it."""
    return {
        path: Blob(file.content, "100755" if file.mode & 0o100 else "100644")
        for path, file in tree.items()
        if path != ANSWERS_FILE and not any(path.startswith(f"{folder}/") for folder in untouched)
    }
