"""Checks that a path to be written is inside the project and that nothing is in its way."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Set
from pathlib import Path, PurePosixPath

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.transaction.state import STATE

__all__ = ["check_inside", "check_place", "refuse_special_file"]

_CLOSED = {".git", STATE}
"""Folders in which no output is allowed. Case is ignored, because some file systems ignore it."""

_SPECIAL = (
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)


def check_place(project: Path, path: str, gone: Set[str] | None = None, *, is_written: bool = True) -> Path:
    """Return the absolute path of the project-relative POSIX `path` if a file is allowed there.

    Args:
        project: The project's root.
        path: The file.
        gone: Files that the same run removes first, so that a folder can replace them, or they a folder. The run also
            removes folders without files, which git does not track. None if the run removes nothing, so that any folder
            is in the way.
        is_written: Whether the file will be written, so that its folder must be writable.

    Raises:
        PreconditionError: The path leads outside the project or into a reserved folder, also by a symbolic link; there
            is a file in place of a folder, or a folder in place of the file; or the folder is not writable.
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
            if is_written:
                _check_writable(here.parent, name)
            return project / path
        if not is_last and name in (gone or ()):
            return project / path
        if here.is_dir() == is_last and not (is_last and gone is not None and _is_emptied(project, here, gone)):
            what = "folder" if is_last else "file"
            raise PreconditionError(
                f"{name} is a {what}, but a {'file' if is_last else 'folder'} is expected there",
                code="in_the_way",
                where=Where(file=name),
                hint="move it, or set another output directory in dazzle.toml",
            )
    if is_written:
        _check_writable(here.parent, path)
    return here


def refuse_special_file(project: Path, path: str) -> None:
    """Raise `PreconditionError` if something other than a file, a folder or a link is at a path of the project."""
    try:
        mode = (project / path).lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    kind = next((kind for is_kind, kind in _SPECIAL if is_kind(mode)), None)
    if kind is not None:
        raise PreconditionError(
            f"{path} is a {kind}, but a file is expected there",
            code="in_the_way",
            where=Where(file=path),
            hint="move it, or set another output directory in dazzle.toml",
        )


def check_inside(project: Path, path: str) -> None:
    """Refuse a project-relative POSIX `path` that leads outside the project, whether it exists or not.

    Raises:
        PreconditionError: The path leads outside the project or into a reserved folder, also by a symbolic link.
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
            f"{path} is not a path inside the project", code="outside", hint="name a folder below the project"
        )
    return parts


def _closed(parts: Iterable[str]) -> str | None:
    """Return the first part that is a reserved folder, or None."""
    return next((part for part in parts if part.casefold() in _CLOSED), None)


def _check_link(project: Path, link: Path, name: str, *, is_last: bool) -> None:
    # Path.resolve() raises RuntimeError for links that lead to each other; realpath does not.
    root, target = Path(os.path.realpath(project)), Path(os.path.realpath(link))
    if is_last:
        what = "a file is expected there"
    elif not target.is_relative_to(root):
        what = "it points outside the project"
    elif closed := _closed(target.relative_to(root).parts):
        what = f"it points into {closed}"
    else:
        return
    raise PreconditionError(
        f"{name} is a symbolic link, and {what}",
        code="symlink",
        where=Where(file=name),
        hint="move the link, or set another output directory in dazzle.toml",
    )


def _is_emptied(project: Path, folder: Path, gone: Set[str]) -> bool:
    files = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return all(path.relative_to(project).as_posix() in gone for path in files)


def _check_writable(folder: Path, name: str) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PreconditionError(
            f"{name} cannot be created: its folder is not writable",
            code="not_writable",
            where=Where(file=name),
            hint="change the folder's permissions, or set another output directory in dazzle.toml",
        )
