"""Detection of the files and folders that one side of a merge moved, by lines that occur in no other file.

git pairs a deleted file with the most similar new file. Boilerplate such as `versions.tf` is similar in every module,
so git would merge changes of one module into another. Here a line is evidence of a move only if no other file of either
tree contains it. With too little evidence, a file counts as deleted, and another one as added.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from dazzle_infra.merging.line_endings import same_text
from dazzle_infra.merging.store import Blob, Trees

__all__ = ["Moves", "detect_moves", "relocated"]

_FEWEST_LINES = 3
"""The fewest distinctive lines that are evidence of a move; fewer can be a coincidence."""

_FEWEST_BYTES = 64
"""The smallest size of a binary file that is evidence of a move, in bytes; such a file must be identical."""

_has_letter_or_digit = re.compile(rb"[0-9A-Za-z\x80-\xff]").search


@dataclass(frozen=True)
class Moves:
    """The moves of one side.

    Attributes:
        files: The new path of each moved file, by its old path.
        folders: The new path of each moved folder, by its old path, without a final slash.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)


def detect_moves(before: Trees, after: Trees, renamed: Mapping[str, str] | None = None) -> Moves:
    """Return the files and folders that moved between two trees.

    A file moved if its old path no longer exists, its new path did not exist, and

    - at least half of the lines of the larger file are in both, and
    - at least half of the lines that only the old file had, and no fewer than three, are in the new file and in no
      other file of either tree.

    A folder moved if no file is left in it, and more than half of its files have the same relative path in the new
    folder. Similar files with the same relative path then moved as well, even without distinctive lines.

    Args:
        before: The earlier tree.
        after: The later tree.
        renamed: The new paths of files that are known to have moved, whatever their content is.
    """
    gone = {path: blob for path, blob in before.items() if path not in after and not blob.is_link}
    come = {path: blob for path, blob in after.items() if path not in before and not blob.is_link}
    if not gone or not come:
        return Moves()
    lines = {path: _lines(blob) for tree in (gone, come) for path, blob in tree.items()}
    known = {old: new for old, new in (renamed or {}).items() if old in gone and new in come}
    left = {path: blob for path, blob in gone.items() if path not in known}
    free = {path: blob for path, blob in come.items() if path not in known.values()}
    files = known | _moved_files(before, after, left, free, lines)
    folders = _moved_folders(before, after, files)
    taken = set(files.values())
    for path in gone:
        target = relocated(path, folders)
        if path not in files and target in come and target not in taken and _is_alike(lines[path], lines[target]):
            files[path] = target
    return Moves(files, folders)


def relocated(path: str, folders: Mapping[str, str]) -> str:
    """Return the path after moves of folders; the innermost moved folder determines it."""
    for end in range(len(path) - 1, 0, -1):
        if path[end] == "/" and (target := folders.get(path[:end])) is not None:
            return target + path[end:]
    return path


def _moved_files(
    before: Trees, after: Trees, gone: Trees, come: Trees, lines: Mapping[str, frozenset[bytes]]
) -> dict[str, str]:
    old_lines = frozenset().union(*(lines[path] for path in gone))
    holders: dict[bytes, set[str]] = defaultdict(set)
    for tree in (before, after):
        for path, blob in tree.items():
            for line in old_lines & (lines[path] if path in lines else _lines(blob)):
                holders[line].add(path)
    own: Counter[str] = Counter()
    shared: Counter[tuple[str, str]] = Counter()
    for paths in holders.values():
        [*old] = paths & gone.keys()
        [*new] = paths - gone.keys()
        if len(old) == 1 and all(path in come for path in new):
            own[old[0]] += 1
            if len(new) == 1:
                shared[old[0], new[0]] += 1
    found: dict[str, str] = {}
    for (old_path, new_path), count in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        is_enough = count >= _FEWEST_LINES or (b"\0" in gone[old_path].content and _is_large(gone[old_path]))
        if (
            is_enough
            and 2 * count >= own[old_path]
            and old_path not in found
            and new_path not in found.values()
            and _is_alike(lines[old_path], lines[new_path])
        ):
            found[old_path] = new_path
    return found


def _moved_folders(before: Trees, after: Trees, files: Mapping[str, str]) -> dict[str, str]:
    left = {path[:end] for path in after for end in range(len(path)) if path[end] == "/"}
    found = {}
    for old, new in sorted({pair for move in files.items() for pair in _folder_pairs(*move)}):
        if old in left:
            continue
        inside = [path for path in before if path.startswith(f"{old}/")]
        moved = 0
        for path in inside:
            target = new + path[len(old) :]
            if path in files:
                moved += files[path] == target
            elif target in after and target not in before:
                moved += same_text(before[path].content, after[target].content)
        if 2 * moved > len(inside):
            found[old] = new
    return found


def _folder_pairs(old: str, new: str) -> set[tuple[str, str]]:
    """Return the pairs of folders that a move of this file suggests, such as `a`, `b` for `a/x.tf`, `b/x.tf`."""
    old_parts, new_parts = old.split("/"), new.split("/")
    found = set()
    while len(old_parts) > 1 and len(new_parts) > 1 and old_parts.pop() == new_parts.pop():
        if old_parts != new_parts:
            found.add(("/".join(old_parts), "/".join(new_parts)))
    return found


def _is_alike(old: frozenset[bytes], new: frozenset[bytes]) -> bool:
    return 2 * len(old & new) >= max(len(old), len(new))


def _is_large(blob: Blob) -> bool:
    return len(blob.content) >= _FEWEST_BYTES


def _lines(blob: Blob) -> frozenset[bytes]:
    """Return the lines with a letter or a digit, without indentation; of a binary file its content as one line."""
    if blob.is_link:
        return frozenset()
    if b"\0" in blob.content:
        return frozenset((blob.content,))
    lines = (line.strip() for line in blob.content.splitlines())
    return frozenset(line for line in lines if _has_letter_or_digit(line))
