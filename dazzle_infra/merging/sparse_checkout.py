"""Files that git tracks and that are not in the work tree because of a sparse checkout."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.merging.store import Blob
from dazzle_infra.templates.git import ask_git

__all__ = ["Listed", "left_out_error", "list_files", "read_left_out", "refuse_left_out"]

_SKIPPED = b"S"


@dataclass(frozen=True)
class Listed:
    """The files that git lists below a folder, by paths relative to it.

    Attributes:
        files: Files that git tracks or does not ignore, sorted.
        left_out: Files among them that have the skip-worktree bit and are not in the work tree.
    """

    files: tuple[str, ...]
    left_out: frozenset[str] = frozenset()


def list_files(root: Path) -> Listed | None:
    """Return the files below `root` that git tracks or does not ignore, or None if there is no repository."""
    printed = _git(root, "ls-files", "-t", "-z", "--cached", "--others", "--exclude-standard")
    if printed is None:
        return None
    entries = [entry.split(b" ", 1) for entry in printed.split(b"\0") if entry]
    skipped = (os.fsdecode(name) for tag, name in entries if tag == _SKIPPED)
    left_out = frozenset(path for path in skipped if not os.path.lexists(root / path))
    return Listed(tuple(sorted({os.fsdecode(name) for _, name in entries})), left_out)


def read_left_out(root: Path, paths: Collection[str]) -> dict[str, Blob]:
    """Return files below `root` with their content in git's index.

    Raises:
        PreconditionError: git cannot read an object.
    """
    printed = _git(root, "ls-files", "--stage", "-z") if paths else None
    found = {}
    for entry in (printed or b"").split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        if (path := os.fsdecode(name)) in paths:
            mode, object_id, _ = meta.decode().split(" ")
            content = _git(root, "cat-file", "blob", object_id)
            if content is None:
                raise PreconditionError(
                    f"{path} cannot be read from git's index", code="unreadable", hint="run `git fsck`"
                )
            found[path] = Blob(content, mode)
    return found


def refuse_left_out(project: Path, name: str) -> None:
    """Raise `PreconditionError` if a project's file is not in the work tree because a sparse checkout leaves it out."""
    folder = (project / name).parent
    while not folder.is_dir():
        folder = folder.parent
    relative = os.path.relpath(project / name, folder)
    printed = _git(folder, "--literal-pathspecs", "ls-files", "-t", "-z", "--", relative)
    if printed and printed.startswith(_SKIPPED):
        raise left_out_error(name, name.rpartition("/")[0], "is left out by the sparse checkout")


def left_out_error(name: str, folder: str, problem: str) -> PreconditionError:
    """Return the error for a required file that is not in the work tree; `folder` is the folder to check out."""
    return PreconditionError(
        f"{name} {problem}",
        code="left_out",
        where=Where(file=name),
        hint=f"run `git sparse-checkout add {folder}`, or `git update-index --no-skip-worktree` for single files, "
        "then run the command again",
    )


def _git(folder: Path, *arguments: str) -> bytes | None:
    done = ask_git(folder, *arguments)
    return done.stdout if done.returncode == 0 else None
