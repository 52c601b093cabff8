"""Files and folders that a clone of the repository has, or will have once everything is committed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from dazzle_infra.templates.git import ask_git

__all__ = ["carried"]

_MANIFEST = "dazzle.toml"
"""A project of which git does not carry this file, such as one below an ignored folder, is no part of a repository."""


def carried(project: Path, paths: Iterable[str]) -> set[str]:
    """Return those of the paths of which git carries a file: a tracked one, or one that is not ignored.

    Outside of a repository, and without git, a folder counts if there is a file in it.

    Args:
        project: The project's root.
        paths: Existing files and folders, relative to the project.
    """
    asked = set(paths)
    tracked = _listed(project, [*asked, _MANIFEST], "--cached")
    if tracked is None:
        return _with_files(project, asked)
    # The search for untracked files takes longer, and most projects need none.
    rest = {*asked, _MANIFEST} - tracked
    found = tracked | (_listed(project, sorted(rest), "--others", "--exclude-standard") or set()) if rest else tracked
    return found & asked if _MANIFEST in found else _with_files(project, asked)


def _listed(project: Path, paths: Sequence[str], *options: str) -> set[str] | None:
    """Return those of the paths that git lists, or of which it lists a file; None outside of a repository."""
    done = ask_git(project, "ls-files", "-z", *options, "--", *(f":(literal){path}" for path in sorted(paths)))
    if done.returncode != 0:
        return None
    found: set[str] = set()
    for name in os.fsdecode(done.stdout).split("\0"):
        found |= {name, *(parent.as_posix() for parent in PurePosixPath(name).parents)}
    return found & set(paths)


def _with_files(project: Path, paths: Iterable[str]) -> set[str]:
    return {path for path in paths if not (project / path).is_dir() or _has_file(project / path)}


def _has_file(folder: Path) -> bool:
    return any(files for _, _, files in os.walk(folder))
