"""The two-step merge of an update: a new version of the template, then new answers.

A new version can rename files; a change of answers cannot. In one step, a file that an answer drops and a similar file
that it adds would look like a rename, and the user's edit would be merged into the wrong file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dazzle_infra.merging.line_endings import has_crlf, to_crlf, to_lf
from dazzle_infra.merging.path_alignment import Aligned, Occupied, align
from dazzle_infra.merging.rename_detection import detect_moves, relocated
from dazzle_infra.merging.store import Blob, Store, Trees

__all__ = ["DROPPED", "YOURS", "Outcome", "merge"]

DROPPED = "the template removed it; you edited it"
"""The reason of a conflict that git calls modify/delete."""

_LINK = "the template has a file where you have a link"
_LF = b"\n"

YOURS = "your-edits"
"""The name of the user's side in conflict markers."""

_START = f"<<<<<<< {YOURS}".encode()


@dataclass(frozen=True)
class Outcome:
    """The result of a merge.

    Attributes:
        tree: The merged files, with conflict markers.
        conflicts: Files about which the user must decide: the reason by path.
        kept_deleted: Files that the user deleted and the template changed; they stay deleted.
        moved: Files that the template moved, and the user's files that moved with a folder: the old path by the new
            one.
    """

    tree: dict[str, Blob]
    conflicts: dict[str, str] = field(default_factory=dict)
    kept_deleted: frozenset[str] = frozenset()
    moved: dict[str, str] = field(default_factory=dict)


def merge(
    base: Trees, middle: Trees, new: Trees, yours: Trees, version: str, renamed: Mapping[str, str] | None = None
) -> Outcome:
    """Merge the changes of the template and of the answers into the user's files.

    Args:
        base: The recorded version with the recorded answers: the files that the last run wrote.
        middle: The new version with the recorded answers.
        new: The new version with the new answers.
        yours: The user's files.
        version: The new version, for the markers.
        renamed: The new paths of files that the template states to have renamed.
    """
    lf_base, lf_middle, lf_new, lf_yours = (_with_lf(tree) for tree in (base, middle, new, yours))
    label = f"template-{version}"
    with Store() as store:
        outcome = Outcome(dict(lf_yours))
        if lf_middle != lf_base:
            outcome = _step(store, align(lf_base, outcome.tree, lf_middle, renamed), outcome, label)
        if lf_new != lf_middle:
            folders = detect_moves(lf_middle, outcome.tree).folders
            kept = {path: blob for path, blob in lf_new.items() if path in lf_middle}
            added = {relocated(path, folders): blob for path, blob in lf_new.items() if path not in lf_middle}
            outcome = _step(store, align(lf_middle, outcome.tree, kept), outcome, label)
            outcome = _step(store, Aligned({}, outcome.tree, added), outcome, label)
    tree = {
        path: _with_line_ends(blob, yours.get(outcome.moved.get(path, path)), new.get(path))
        for path, blob in outcome.tree.items()
    }
    return Outcome(tree, outcome.conflicts, outcome.kept_deleted & new.keys(), outcome.moved)


def _step(store: Store, aligned: Aligned, before: Outcome, label: str) -> Outcome:
    """Merge one change of the template into the outcome so far."""
    base, mine, theirs = aligned.base, aligned.mine, aligned.theirs
    merged = store.merge(base, mine, theirs, (YOURS, label))
    dropped = {path: mine[path] for path in aligned.dropped}
    tree, reasons = _without_clashes(merged.tree | dropped, mine)
    for path in merged.conflicts & tree.keys():
        tree[path] = _with_paths(tree[path], label, aligned.sources.get(path, path), aligned.originals.get(path, path))
    deleted = {*before.kept_deleted, *aligned.deleted}
    for path in merged.conflicts:
        if path in mine:
            reasons.setdefault(path, _reason(path, aligned, tree))
        else:
            tree.pop(path, None)
            deleted.add(path)
    for path in dropped:
        reasons.setdefault(path, DROPPED)
    for path, place in aligned.split.items():
        reasons.setdefault(path, f"you moved it here; the template moved it to {place}")
    moved = {path: old for path, old in before.moved.items() if path in tree}
    moved |= {path: before.moved.get(old, old) for path, old in aligned.sources.items() if path in tree}
    return Outcome(tree, before.conflicts | reasons, frozenset(deleted), moved)


def _with_paths(blob: Blob, label: str, mine: str, theirs: str) -> Blob:
    """Return a file with paths in its conflict markers, as git writes them, if its path differs between the sides."""
    if mine == theirs:
        return blob
    content = blob.content
    for marker, path in ((f"<<<<<<< {YOURS}", mine), (f">>>>>>> {label}", theirs)):
        pattern = rb"^" + re.escape(marker.encode()) + rb"$"
        line = f"{marker}:{path}".encode("utf-8", "surrogateescape").replace(b"\\", rb"\\")
        content = re.sub(pattern, line, content, flags=re.MULTILINE)
    return Blob(content, blob.mode)


def _reason(path: str, aligned: Aligned, tree: Trees) -> str:
    """Return why a file of the user is in conflict: a reason, or the line of the first marker."""
    if path not in aligned.theirs:
        return DROPPED
    if aligned.mine[path].is_link:
        return _LINK
    if path not in aligned.base:
        return "both you and the template added it"
    content = tree[path].content if path in tree else b""
    start = content.find(_START)
    return f"line {content.count(_LF, 0, start) + 1}" if start >= 0 else "both you and the template changed it"


def _without_clashes(merged: Trees, mine: Trees) -> tuple[dict[str, Blob], dict[str, str]]:
    """Return the tree without added files whose paths clash with the user's files, and the reasons by path."""
    tree, reasons = dict(merged), {}
    present = Occupied(path for path in tree if path in mine)
    for path in sorted(merged.keys() - mine.keys()):
        if (parent := present.parent_of(path)) is not None:
            reasons[parent] = "the template creates a folder of that name"
        elif present.is_folder(path):
            reasons[path] = "the template creates a file where you have a folder"
        elif (twin := present.twin_of(path)) is not None:
            reasons[path] = f"the template adds it; you have {twin}, which differs only in case"
        else:
            continue
        del tree[path]
    return tree, reasons


def _with_lf(tree: Trees) -> dict[str, Blob]:
    """Return the tree with LF line ends: a change of line ends alone would make every line a conflict."""
    return {path: _lf(blob) for path, blob in tree.items()}


def _lf(blob: Blob) -> Blob:
    return blob if blob.is_link else Blob(to_lf(blob.content), blob.mode)


def _with_line_ends(merged: Blob, yours: Blob | None, new: Blob | None) -> Blob:
    """Return a merged file with the user's line ends, or the template's if the user has no such file."""
    side = yours if yours is not None else new
    if side is None or merged.is_link:
        return merged
    if merged.content == to_lf(side.content):
        return Blob(side.content, merged.mode)
    return Blob(to_crlf(merged.content), merged.mode) if has_crlf(side.content) else merged
