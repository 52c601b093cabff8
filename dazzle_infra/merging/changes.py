"""The change set of a merge: for each file a class, its content before, and its content after.

`plan`, `update` and `status` print the classes, as text and as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dazzle_infra.merging.store import Blob, Trees
from dazzle_infra.merging.worktree import read_blob

__all__ = ["Change", "ChangeSet", "Kind", "Sides", "Stages"]

Kind = Literal[
    "added",
    "updated",
    "merged",
    "conflict",
    "removed",
    "kept-edited",
    "kept-deleted",
    "moved",
    "unchanged",
    "user-owned",
]


@dataclass(frozen=True)
class Stages:
    """The three sides of a file in conflict, as in git's index. A side without the file is None."""

    base: Blob | None
    yours: Blob | None
    theirs: Blob | None


@dataclass(frozen=True)
class Change:
    """The change of one file.

    Attributes:
        path: The file, POSIX, relative to the backend's directory.
        kind: Its class.
        before: The present file; None if there is none.
        after: The file after the update; None if it is removed.
        from_path: The present path, if the file is moved.
        detail: A short display text.
        stages: Its sides, if it is in conflict.
        replaced_by: The file that contains now what the file contained, if it is kept although the template dropped it
            and names that file; else empty.
    """

    path: str
    kind: Kind
    before: Blob | None = None
    after: Blob | None = None
    from_path: str | None = None
    detail: str = ""
    stages: Stages | None = None
    replaced_by: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether the update changes the file."""
        return self.before != self.after


@dataclass(frozen=True)
class Sides:
    """The trees of an update.

    Attributes:
        base: The files that the last run wrote.
        new: The files that the template renders now.
        yours: The user's files.
    """

    base: Trees
    new: Trees
    yours: Trees


@dataclass(frozen=True)
class ChangeSet:
    """The changes of an update to one backend's directory.

    Attributes:
        changes: One for each file whose class is not `unchanged`, sorted by path.
        left_out: Files to be written that are not in the work tree because of a sparse checkout.
    """

    changes: tuple[Change, ...] = field(default=())
    left_out: tuple[str, ...] = ()

    def with_removed(self, root: Path, folders: Sequence[str]) -> ChangeSet:
        """Return the change set with the removal of all files in the folders, edited or not.

        Args:
            root: The backend's directory.
            folders: Folders below it, POSIX.
        """
        files = [path for folder in folders for path in sorted((root / folder).rglob("*")) if path.is_file()]
        names = [path.relative_to(root).as_posix() for path in files if ".terraform" not in path.parts]
        gone = [Change(name, "removed", read_blob(root / name), None, detail="retired") for name in names]
        return ChangeSet(tuple(sorted((*self.changes, *gone), key=lambda change: change.path)), self.left_out)

    def of(self, *kinds: Kind) -> list[Change]:
        """Return the changes of those classes."""
        return [change for change in self.changes if change.kind in kinds]

    @property
    def has_conflicts(self) -> bool:
        """Whether there are files about which the user must decide."""
        return bool(self.of("conflict", "kept-edited"))
