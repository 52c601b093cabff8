"""Moves of folders inside the project, each by one rename, with edits, links and untracked files."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.transaction.files import sync_directory
from dazzle_infra.transaction.places import check_inside

__all__ = ["Moves", "check_moves", "new_path", "relocate", "relocate_back"]

Moves = Sequence[tuple[str, str]]
"""The old and the new path of each folder, POSIX, relative to the project."""


def new_path(moves: Moves, path: str) -> str:
    """Return the path after the moves."""
    for old, new in moves:
        if path == old or path.startswith(f"{old}/"):
            return new + path.removeprefix(old)
    return path


def check_moves(project: Path, moves: Moves) -> None:
    """Refuse moves that are not possible, before anything is written.

    Raises:
        PreconditionError: A folder is a link or contains the other one, the new path is not empty, or one of them is
            outside the project, on another file system, or not writable.
    """
    for old, new in moves:
        check_inside(project, f"{new}/x")
        source, target = project / old, project / new
        hint = "move the folder manually, or revert the change of dazzle.toml"
        if source.is_symlink() or (target.exists() and not target.is_dir()) or target.is_symlink():
            strange = old if source.is_symlink() else new
            raise _refused(f"{strange} is not a folder", strange, hint)
        if PurePosixPath(new).is_relative_to(old) or PurePosixPath(old).is_relative_to(new):
            raise _refused(f"{old} cannot be moved to {new}: one is inside the other", new, hint)
        if target.exists() and any(target.iterdir()):
            raise _refused(f"{old} cannot be moved to {new}, which is not empty", new, f"empty {new}, or {hint}")
        nearest = next(parent for parent in (target, *target.parents) if parent.exists())
        if source.stat().st_dev != nearest.stat().st_dev or os.path.ismount(source):
            raise _refused(f"{old} cannot be moved to {new}, which is on another file system", old, hint)
        for folder in (source.parent, nearest):
            if not os.access(folder, os.W_OK | os.X_OK):
                raise _refused(f"{old} cannot be moved to {new}: {folder} is not writable", old, hint)


def relocate(project: Path, moves: Moves) -> None:
    """Move the folders, and remove parents that are empty then. The parents of the new paths must exist."""
    for old, new in moves:
        (project / old).rename(project / new)
        sync_directory((project / new).parent)
        sync_directory((project / old).parent)
        with suppress(OSError):
            for parent in PurePosixPath(old).parents[:-1]:
                (project / parent).rmdir()


def relocate_back(project: Path, moves: Moves, modes: Mapping[str, int]) -> None:
    """Move back the folders that were moved already, except for those whose old path exists.

    Args:
        project: The project's root.
        moves: The moves.
        modes: The permissions of the parents that are created again.
    """
    for old, new in reversed(moves):
        if (project / new).is_dir() and not os.path.lexists(project / old):
            for parent in reversed(PurePosixPath(old).parents[:-1]):
                with suppress(FileExistsError):
                    (project / parent).mkdir()
                    (project / parent).chmod(modes.get(parent.as_posix(), 0o755))
            (project / new).rename(project / old)


def _refused(message: str, path: str, hint: str) -> PreconditionError:
    return PreconditionError(message, code="cannot_move", where=Where(file=path), hint=hint)
