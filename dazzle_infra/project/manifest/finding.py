"""Finding the project: the nearest dazzle.toml in a folder or in one above it."""

from __future__ import annotations

import os
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.project.manifest.document import FILE_NAME

__all__ = ["find_project"]


def find_project(folder: Path) -> Path | None:
    """Return the nearest folder at or above `folder` that holds dazzle.toml, or None.

    The search ends at the top of the git repository that holds `folder`, as dazzle.toml above it belongs to something
    else, and otherwise at the root of the file system.

    Raises:
        PreconditionError: The file was found above `folder` and belongs to another user. dazzle.toml names commands to
            run, so that a file which somebody else put into a shared folder must not be used by chance (compare
            git's safe.directory, CVE-2022-24765).
    """
    for candidate in (folder, *folder.parents):
        path = candidate / FILE_NAME
        if os.path.lexists(path):
            if candidate != folder:
                _refuse_other_owner(path)
            return candidate
        if os.path.lexists(candidate / ".git"):
            return None
    return None


def _refuse_other_owner(path: Path) -> None:
    try:
        owner = path.lstat().st_uid
    except OSError:
        return
    if owner not in (os.getuid(), 0):
        raise PreconditionError(
            f"{path} belongs to another user",
            where=Where(str(path)),
            code="manifest_owner",
            hint=f"to use it anyway, name its folder: -C {path.parent}",
        )
