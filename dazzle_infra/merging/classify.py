"""Classification of the result of a merge: a change set from the sides and the outcome."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.merging.changes import Change, ChangeSet, Kind, Sides, Stages
from dazzle_infra.merging.merge import DROPPED, Outcome

__all__ = ["classify"]


def classify(sides: Sides, outcome: Outcome) -> ChangeSet:
    """Return the change set of a merge."""
    return ChangeSet(tuple(sorted(_changes(sides, outcome), key=lambda change: change.path)))


def _changes(sides: Sides, outcome: Outcome) -> Iterator[Change]:
    yours, merged = sides.yours, outcome.tree
    moved_from = set(outcome.moved.values())
    for path in sorted({*yours, *merged, *outcome.conflicts, *outcome.kept_deleted}):
        before, after = yours.get(path), merged.get(path)
        if path in outcome.conflicts:
            if before is not None or after is not None or path in sides.new:
                yield _conflict(path, sides, outcome)
            if path in outcome.moved:
                yield _moved_away(path, sides, outcome)
        elif path in outcome.kept_deleted:
            yield Change(path, "kept-deleted", detail="you deleted it; the template changed it")
        elif path in outcome.moved:
            old = outcome.moved[path]
            base = sides.base.get(old)
            detail = "your file is moved with it" if base is None else "your edit is moved with it"
            yield Change(path, "moved", None, after, old, "" if yours[old].is_as(base) else detail)
            yield _moved_away(path, sides, outcome)
        elif path in moved_from or before == after:
            continue
        elif before is None:
            yield Change(path, "added", None, after)
        elif after is None:
            yield Change(path, "removed", before, None)
        elif before.is_as(sides.base.get(path)):
            yield Change(path, "updated", before, after)
        else:
            yield Change(path, "merged", before, after, detail="your edit kept")


def _moved_away(path: str, sides: Sides, outcome: Outcome) -> Change:
    old = outcome.moved[path]
    return Change(old, "removed", sides.yours[old], None, detail=f"it is {path} now")


def _conflict(path: str, sides: Sides, outcome: Outcome) -> Change:
    before, after = sides.yours.get(path), outcome.tree.get(path)
    kind: Kind = "kept-edited" if outcome.conflicts[path] == DROPPED and before == after else "conflict"
    old = outcome.moved.get(path, path)
    stages = Stages(sides.base.get(old), before or sides.yours.get(old), sides.new.get(path))
    return Change(path, kind, before, after, outcome.moved.get(path), outcome.conflicts[path], stages)
