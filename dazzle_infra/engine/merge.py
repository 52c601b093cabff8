"""The two-step merge of an update: a new version of the template, then new answers.

One step would do for git, and is wrong: where an answer drops one file and adds another that is much like it, git sees
a rename and carries the user's edit into a file about something else. A new version may rename; a change of answers
never does.
"""

from __future__ import annotations

from dazzle_infra.engine.lines import has_crlf, to_crlf, to_lf
from dazzle_infra.engine.store import Blob, Merged, Store, Trees

__all__ = ["YOURS", "merge"]

YOURS = "your-edits"
"""What conflict markers call the user's side."""


def merge(base: Trees, middle: Trees, new: Trees, yours: Trees, version: str) -> Merged:
    """Take what the template and the answers changed into the user's files.

    Args:
        base: The recorded version with the recorded answers: what was written last time.
        middle: The new version with the recorded answers.
        new: The new version with the new answers.
        yours: The user's files.
        version: The new version, for the markers.

    Returns:
        The merged tree, and the paths that are in conflict.
    """
    wanted = new
    base, middle, new, mine = (_normalised(tree) for tree in (base, middle, new, yours))
    label = f"template-{version}"
    with Store() as store:
        step = Merged(dict(mine), frozenset())
        if middle != base:
            first = store.merge(base, mine, middle, (YOURS, label))
            step = Merged(dict(first.tree), first.conflicts)
        if new != middle:
            step = _answers_step(store, middle, new, step, label)
    crlf = _crlf_paths(yours, wanted, step.tree)
    tree = {path: Blob(to_crlf(blob.content), blob.mode) if path in crlf else blob for path, blob in step.tree.items()}
    return Merged(tree, step.conflicts)


def _crlf_paths(yours: Trees, new: Trees, merged: Trees) -> set[str]:
    """Return the merged paths that get CRLF back: as the user has them, also where the template moved the file."""
    moved = {_name(path) for path, blob in yours.items() if path not in merged and has_crlf(blob.content)}
    found = set()
    for path in merged:
        source = yours.get(path) or new.get(path)
        if (source is not None and has_crlf(source.content)) or (path not in yours and _name(path) in moved):
            found.add(path)
    return found


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _answers_step(store: Store, middle: Trees, new: Trees, first: Merged, label: str) -> Merged:
    """Merge the change of answers: first without the files that it adds, so that none of them can be a rename."""
    kept = {path: blob for path, blob in new.items() if path in middle}
    second = store.merge(middle, first.tree, kept, (YOURS, label))
    tree, conflicts = dict(second.tree), second.conflicts
    for path, blob in new.items():
        if path in middle:
            continue
        present = tree.get(path)
        if present is None or present == blob:
            tree[path] = blob
            continue
        both = store.merge({}, {path: present}, {path: blob}, (YOURS, label))
        tree |= both.tree
        conflicts |= both.conflicts
    return Merged(tree, first.conflicts | conflicts)


def _normalised(tree: Trees) -> dict[str, Blob]:
    """Return the tree with LF line ends: a change of line ends alone would make every line a conflict."""
    return {path: Blob(to_lf(blob.content), blob.mode) for path, blob in tree.items()}
