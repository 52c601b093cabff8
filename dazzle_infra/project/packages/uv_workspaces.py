"""Workspaces of uv: the folder of the lock that holds for a project."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatch
from typing import Final

from dazzle_infra.project.packages.documents import read_toml
from dazzle_infra.project.packages.tree import Tree

__all__ = ["LOCK", "uv_root"]

LOCK: Final = "uv.lock"


def uv_root(tree: Tree) -> str | None:
    """Return the folder of the lock that uv uses for the project: its own, or that of the workspace it belongs to.

    Raises:
        PackagesError: A pyproject.toml above the project is broken.
    """
    if not tree.exists(tree.of_project("pyproject.toml")):
        return None
    folder = tree.project
    while True:
        if tree.exists(posixpath.normpath(f"{folder}/{LOCK}")):
            return folder if folder == tree.project or _is_member(tree, folder) else None
        if folder == ".":
            return None
        folder = posixpath.dirname(folder) or "."


def _is_member(tree: Tree, root: str) -> bool:
    """Say whether the project is a member of the workspace whose root that folder is."""
    name = posixpath.normpath(f"{root}/pyproject.toml")
    if not tree.exists(name):
        return False
    document = read_toml(tree, name)
    project = posixpath.relpath(tree.project, root)
    matches = [
        any(_matches(project, pattern) for pattern in document.texts("tool", "uv", "workspace", key))
        for key in ("members", "exclude")
    ]
    return matches[0] and not matches[1]


def _matches(path: str, pattern: str) -> bool:
    """Say whether a glob matches a path: `*` stands for a part of a name, `**` for any folders."""
    parts = posixpath.normpath(pattern).split("/")
    return (
        len(parts) == len(path.split("/")) and all(map(fnmatch, path.split("/"), parts))
        if "**" not in parts
        else (fnmatch(path, pattern))
    )
