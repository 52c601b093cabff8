"""What a merge means for each file: one class a file, and what to write.

The classes are those that `plan`, `update` and `status` print, in text and as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dazzle_infra.engine.store import Blob, Trees
from dazzle_infra.engine.yours import read_blob

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
    """The three sides of a file in conflict, as git's index keeps them; None where a side has no such file."""

    base: Blob | None
    yours: Blob | None
    theirs: Blob | None


@dataclass(frozen=True)
class Change:
    """What becomes of one file.

    Attributes:
        path: The file, POSIX, relative to the backend's directory.
        kind: Its class.
        before: The file as it is now.
        after: The file as it will be.
        from_path: Where it was, if it is moved.
        detail: A few words for people.
        stages: Its sides, if it is in conflict.
    """

    path: str
    kind: Kind
    before: Blob | None = None
    after: Blob | None = None
    from_path: str | None = None
    detail: str = ""
    stages: Stages | None = None

    @property
    def is_pending(self) -> bool:
        """Whether applying it changes the tree."""
        return self.before != self.after


@dataclass(frozen=True)
class Sides:
    """The trees of an update.

    Attributes:
        base: What was written last time.
        new: What the template makes now.
        yours: What the user has.
    """

    base: Trees
    new: Trees
    yours: Trees


@dataclass(frozen=True)
class ChangeSet:
    """What an update does to one backend's directory.

    Attributes:
        changes: One for each file that is not `unchanged`, sorted by path.
    """

    changes: tuple[Change, ...] = field(default=())

    def with_removed(self, root: Path, folders: Sequence[str]) -> ChangeSet:
        """Return the change set with every file of the folders removed, whether it is edited or not."""
        files = [path for folder in folders for path in sorted((root / folder).rglob("*")) if path.is_file()]
        names = [path.relative_to(root).as_posix() for path in files if ".terraform" not in path.parts]
        gone = [Change(name, "removed", read_blob(root / name), None, detail="retired") for name in names]
        return ChangeSet(tuple(sorted((*self.changes, *gone), key=lambda change: change.path)))

    def of(self, *kinds: Kind) -> list[Change]:
        """Return the changes of those classes."""
        return [change for change in self.changes if change.kind in kinds]

    @property
    def has_conflicts(self) -> bool:
        """Whether something is left for a person to decide."""
        return bool(self.of("conflict", "kept-edited"))
