"""The two-step merge of an update: a new version of the template, then new answers.

One step would do for git, and is wrong: where an answer drops one file and adds another that is much like it, git sees
a rename and carries the user's edit into a file about something else. A new version may rename; a change of answers
never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dazzle_infra.engine.lines import has_crlf, to_crlf, to_lf
from dazzle_infra.engine.store import Blob, Merged, Store, Trees

__all__ = ["DROPPED", "YOURS", "Outcome", "merge"]

DROPPED = "the template dropped it; you had edited it"
"""The reason of a conflict that git calls modify/delete."""

_FOLDER = "the template makes a file where you have a folder"
_LINK = "the template has a file where you have a link"
_LF = b"\n"

YOURS = "your-edits"
"""What conflict markers call the user's side."""


@dataclass(frozen=True)
class Outcome:
    """What the merge came to.

    Attributes:
        tree: The merged files, conflict markers inside.
        conflicts: What a person has to decide: the reason by path.
        kept_deleted: Files that the user deleted and the template changed; they stay deleted.
        moved: Files that the template moved, and those of the user's own that went along: the old path by the new one.
    """

    tree: dict[str, Blob]
    conflicts: dict[str, str] = field(default_factory=dict)
    kept_deleted: frozenset[str] = frozenset()
    moved: dict[str, str] = field(default_factory=dict)


def merge(base: Trees, middle: Trees, new: Trees, yours: Trees, version: str) -> Outcome:
    """Take what the template and the answers changed into the user's files.

    Args:
        base: The recorded version with the recorded answers: what was written last time.
        middle: The new version with the recorded answers.
        new: The new version with the new answers.
        yours: The user's files.
        version: The new version, for the markers.
    """
    lf_base, lf_middle, lf_new, lf_yours = (_with_lf(tree) for tree in (base, middle, new, yours))
    label = f"template-{version}"
    with Store() as store:
        outcome = Outcome(dict(lf_yours))
        if lf_middle != lf_base:
            outcome = _step(store, lf_base, lf_middle, outcome, label)
        if lf_new != lf_middle:
            kept = {path: blob for path, blob in lf_new.items() if path in lf_middle}
            outcome = _step(store, lf_middle, kept, outcome, label)
            outcome = _add(
                store, {path: blob for path, blob in lf_new.items() if path not in lf_middle}, outcome, label
            )
        moved = store.renames(lf_yours, outcome.tree)
    crlf = _crlf_paths(yours, new, outcome.tree, moved)
    moved = {path: old for path, old in moved.items() if _is_moved(path, old, base, middle, lf_yours, outcome.tree)}
    tree = {path: _with_crlf(blob) if path in crlf else blob for path, blob in outcome.tree.items()}
    return Outcome(tree, outcome.conflicts, outcome.kept_deleted, moved)


def _is_moved(path: str, old: str, base: Trees, middle: Trees, yours: Trees, merged: Trees) -> bool:
    """Say whether the template moved a file, or a file of the user's own went along with its folder."""
    if old in base:
        return path in middle and path not in base
    return path not in middle and path not in yours and merged[path] == yours[old]


def _step(store: Store, base: Trees, theirs: Trees, before: Outcome, label: str) -> Outcome:
    """Merge one change of the template into what the user has so far."""
    mine = before.tree
    merged = store.merge(base, mine, theirs, (YOURS, label))
    tree, reasons = _without_suffixes(merged, mine, theirs, label)
    if reasons:
        for path in _left_out(store, base, mine, tree):
            tree[path], reasons[path] = mine[path], DROPPED
    deleted = set(before.kept_deleted)
    for path in merged.conflicts:
        if path in mine or path not in base:
            reasons.setdefault(path, _reason(path, theirs, tree))
        elif path in theirs:
            tree.pop(path, None)
            deleted.add(path)
    gone = deleted - set(theirs)
    return Outcome(tree, before.conflicts | reasons, frozenset(deleted - gone))


def _add(store: Store, additions: Trees, before: Outcome, label: str) -> Outcome:
    """Add files that the answers brought; where the user has one of that name, both are merged."""
    tree, reasons = dict(before.tree), dict(before.conflicts)
    lowered = {path.lower(): path for path in tree}
    folders = {path[:end] for path in tree for end in range(len(path)) if path[end] == "/"}
    for path, blob in additions.items():
        present = tree.get(path)
        twin = lowered.get(path.lower(), path)
        parents = (path[:end] for end in range(len(path)) if path[end] == "/")
        in_the_way = next((parent for parent in parents if parent in tree), None)
        if present is not None and present.mode == "120000":
            reasons[path] = _LINK
        elif present is not None:
            if present != blob:
                tree |= store.merge({}, {path: present}, {path: blob}, (YOURS, label)).tree
                reasons[path] = "both you and the template added it"
        elif twin != path:
            reasons[path] = f"the template adds it; you have {twin}, which differs only in case"
        elif in_the_way is not None:
            reasons[in_the_way] = "the template makes a folder of that name"
        elif path in folders:
            reasons[path] = _FOLDER
        else:
            tree[path] = blob
    return Outcome(tree, reasons, before.kept_deleted, before.moved)


def _reason(path: str, theirs: Trees, tree: Trees) -> str:
    if path not in theirs:
        return DROPPED
    blob = tree.get(path)
    start = blob.content.find(b"<<<<<<< ") if blob is not None else -1
    if blob is not None and start >= 0:
        return f"line {blob.content.count(_LF, 0, start) + 1}"
    return "you and the template changed it in different ways"


def _without_suffixes(merged: Merged, mine: Trees, theirs: Trees, label: str) -> tuple[dict[str, Blob], dict[str, str]]:
    """Undo what git does where one side has a file and the other a folder of the same name: the user's stays."""
    tree, reasons = dict(merged.tree), {}
    for path in sorted(set(tree) - set(mine) - set(theirs)):
        name, _, side = path.rpartition("~")
        if side == YOURS and name in mine:
            for below in [other for other in tree if other.startswith(f"{name}/")]:
                del tree[below]
            tree[name] = tree.pop(path)
            reasons[name] = "the template makes a folder of that name"
        elif side == label and name in theirs:
            del tree[path]
            reasons[name] = _LINK if name in mine else _FOLDER
    lowered = {path.lower(): path for path in mine}
    for path in sorted(set(tree) - set(mine)):
        twin = lowered.get(path.lower(), path)
        if twin != path and twin in tree:
            del tree[path]
            reasons[path] = f"the template adds it; you have {twin}, which differs only in case"
    return tree, reasons


def _left_out(store: Store, base: Trees, mine: Trees, tree: Trees) -> list[str]:
    """Return the user's files whose edits were to move to a place that the user has something else in."""
    followed = set(store.renames(mine, tree).values())
    folders = {path[:end] for path in tree for end in range(len(path)) if path[end] == "/"}
    return [
        path
        for path, blob in mine.items()
        if path not in tree and path not in followed and path not in folders and blob != base.get(path)
    ]


def _with_lf(tree: Trees) -> dict[str, Blob]:
    """Return the tree with LF line ends: a change of line ends alone would make every line a conflict."""
    return {path: Blob(to_lf(blob.content), blob.mode) for path, blob in tree.items()}


def _with_crlf(blob: Blob) -> Blob:
    return Blob(to_crlf(blob.content), blob.mode)


def _crlf_paths(yours: Trees, new: Trees, merged: Trees, renamed: Mapping[str, str]) -> set[str]:
    """Return the merged paths that get CRLF back: as the user has them, also where the template moved the file."""
    moved = {_name(path) for path, blob in yours.items() if path not in merged and has_crlf(blob.content)}
    moved |= {_name(path) for path, old in renamed.items() if has_crlf(yours[old].content)}
    found = set()
    for path in merged:
        source = yours.get(path) or new.get(path)
        if (source is not None and has_crlf(source.content)) or (path not in yours and _name(path) in moved):
            found.add(path)
    return found


def _name(path: str) -> str:
    return path.rpartition("/")[2]
