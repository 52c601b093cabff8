"""Where may be written: inside the project, below real folders, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Set
from pathlib import Path, PurePosixPath

from dazzle_infra.engine.state import STATE
from dazzle_infra.errors import PreconditionError, Where

__all__ = ["check_inside", "check_place"]

_CLOSED = {".git", STATE}
"""Folders that no output may be in, whatever their case: not every file system tells it apart."""


def check_place(project: Path, path: str, gone: Set[str] | None = None) -> Path:
    """Return where the project-relative POSIX `path` is, if a file may be written there.

    Args:
        project: The project's root.
        path: The file.
        gone: Files that the same run removes first: where one stood there may be a folder, and the other way round.
            A run also makes room where a folder has no file in it, which git does not know. None where nothing is
            removed, so that any folder is in the way.

    Raises:
        PreconditionError: It leads out of the project, or into git's folder or ours, also by a symbolic link; a file
            stands where a folder must be, or a folder where the file must be; or the folder in which it would be made
            cannot be written to.
    """
    parts = _parts(path)
    here = project
    for index, part in enumerate(parts):
        here /= part
        is_last = index == len(parts) - 1
        name = PurePosixPath(*parts[: index + 1]).as_posix()
        if here.is_symlink():
            _check_link(project, here, name, is_last=is_last)
        if not here.exists():
            _check_writable(here.parent, name)
            return project / path
        if not is_last and name in (gone or ()):
            return project / path
        if here.is_dir() == is_last and not (is_last and gone is not None and _is_emptied(project, here, gone)):
            what = "folder" if is_last else "file"
            raise PreconditionError(
                f"{name} is a {what}, but a {'file' if is_last else 'folder'} must be there",
                code="in_the_way",
                where=Where(file=name),
                hint="move it away, or name another output folder in dazzle.toml",
            )
    _check_writable(here.parent, path)
    return here


def check_inside(project: Path, path: str) -> None:
    """Refuse a project-relative POSIX `path` that leads out of the project, whatever stands there.

    Raises:
        PreconditionError: It leads out of the project, or into git's folder or ours, also by a symbolic link.
    """
    here = project
    for part in _parts(path)[:-1]:
        here /= part
        if here.is_symlink():
            _check_link(project, here, here.relative_to(project).as_posix(), is_last=False)


def _parts(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts or _closed(parts):
        raise PreconditionError(
            f"{path} is no path inside the project", code="outside", hint="name a folder below the project"
        )
    return parts


def _closed(parts: Iterable[str]) -> str | None:
    """Return the first part that is a folder which no output may be in."""
    return next((part for part in parts if part.casefold() in _CLOSED), None)


def _check_link(project: Path, link: Path, name: str, *, is_last: bool) -> None:
    # realpath, for Path.resolve() raises RuntimeError where links lead to each other.
    root, target = Path(os.path.realpath(project)), Path(os.path.realpath(link))
    if is_last:
        what = "a file must be there"
    elif not target.is_relative_to(root):
        what = "it leads out of the project"
    elif closed := _closed(target.relative_to(root).parts):
        what = f"it leads into {closed}"
    else:
        return
    raise PreconditionError(
        f"{name} is a symbolic link, and {what}",
        code="symlink",
        where=Where(file=name),
        hint="move the link away, or name another output folder in dazzle.toml",
    )


def _is_emptied(project: Path, folder: Path, gone: Set[str]) -> bool:
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return all(path.relative_to(project).as_posix() in gone for path in files)


def _check_writable(folder: Path, name: str) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PreconditionError(
            f"{name} cannot be made: its folder is not writable",
            code="not_writable",
            where=Where(file=name),
            hint="change the folder's permissions, or name another output folder in dazzle.toml",
        )
