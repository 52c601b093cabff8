"""Workspaces of npm, pnpm and Yarn: the folder of the lock, and the members."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Final

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.documents import Document, read_json, read_yaml
from dazzle_infra.project.packages.tree import Tree

__all__ = ["PNPM_WORKSPACE", "Workspace", "node_workspace"]

PNPM_WORKSPACE: Final = "pnpm-workspace.yaml"
_LOCKS: Final = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml",),
    "yarn": ("yarn.lock",),
    "package": (),
}
_NEVER: Final = {"node_modules", ".git", "bower_components"}


@dataclass(frozen=True)
class Workspace:
    """Where a package manager of Node installs.

    Attributes:
        root: The folder of the lock, or the project.
        package: package.json in it.
        members: package.json of each member, by its folder.
        is_workspace: Whether the root declares members.
    """

    root: str
    package: Document
    members: Mapping[str, Document] = field(default_factory=dict)
    is_workspace: bool = False

    def named(self) -> dict[str, str]:
        """Return the folder of each member by the name of its package."""
        names = {folder: document.data.get("name") for folder, document in self.members.items()}
        return {name: folder for folder, name in names.items() if isinstance(name, str)}


def node_workspace(tree: Tree, manager: str) -> Workspace:
    """Return where the package manager installs: in the project, or at the root of the workspace that it belongs to.

    Args:
        tree: The files that an image can copy.
        manager: `npm`, `pnpm`, `yarn`, or `package` for npm without a lock.

    Raises:
        PackagesError: A file is broken, or no image can copy it.
    """
    folder = tree.project
    while True:
        has_lock = any(tree.exists(posixpath.normpath(f"{folder}/{lock}")) for lock in _LOCKS[manager])
        if has_lock or folder == "." or not _LOCKS[manager]:
            break
        folder = posixpath.dirname(folder) or "."
    if has_lock and folder != tree.project:
        found = _workspace(tree, folder, manager)
        if tree.project in found.members:
            return found
    return _workspace(tree, tree.project, manager)


def _workspace(tree: Tree, root: str, manager: str) -> Workspace:
    package = read_json(tree, posixpath.normpath(f"{root}/package.json"))
    patterns = _patterns(tree, root, manager, package)
    if patterns is None:
        return Workspace(root, package)
    chosen = [pattern for pattern in patterns if not pattern.startswith("!")]
    refused = [pattern[1:] for pattern in patterns if pattern.startswith("!")]
    folders = {
        folder
        for pattern in chosen
        for folder in _folders(tree, root, pattern)
        if folder != root and not any(fnmatch(posixpath.relpath(folder, root), one.rstrip("/")) for one in refused)
    }
    members = {folder: read_json(tree, posixpath.normpath(f"{folder}/package.json")) for folder in sorted(folders)}
    return Workspace(root, package, members, is_workspace=True)


def _patterns(tree: Tree, root: str, manager: str, package: Document) -> list[str] | None:
    """Return the globs of the members; None where the folder is no root of a workspace."""
    settings = posixpath.normpath(f"{root}/{PNPM_WORKSPACE}")
    if manager == "pnpm":
        # Without `packages` the file has settings alone.
        document = read_yaml(tree, settings) if tree.exists(settings) else None
        return document.texts("packages") if document is not None and "packages" in document.data else None
    listed = package.data.get("workspaces")
    if listed is None:
        return None
    # Yarn 1 has a table with the list in `packages`.
    return package.texts("workspaces", "packages") if isinstance(listed, dict) else package.texts("workspaces")


def _folders(tree: Tree, root: str, pattern: str) -> Iterator[str]:
    """Yield the folders with a package.json that a glob matches."""
    parts = posixpath.normpath(pattern).split("/")
    if parts[0] == ".." or pattern.startswith("/"):
        message = f"the pattern {pattern} leads outside of the workspace"
        raise PackagesError(message, where=tree.where(root), hint="write a path below the root of the workspace")
    yield from _below(tree, root, parts)


def _below(tree: Tree, folder: str, parts: list[str]) -> Iterator[str]:
    if not parts:
        if tree.exists(posixpath.normpath(f"{folder}/package.json")):
            yield folder
        return
    first, rest = parts[0], parts[1:]
    if first == "**":
        yield from _below(tree, folder, rest)
    elif not any(character in first for character in "*?["):
        yield from _below(tree, posixpath.normpath(f"{folder}/{first}"), rest)
        return
    try:
        entries = sorted(path.name for path in (tree.root / folder).iterdir() if path.is_dir())
    except OSError:
        return
    for name in entries:
        if name not in _NEVER and not (tree.root / folder / name).is_symlink():
            if first == "**":
                yield from _below(tree, posixpath.normpath(f"{folder}/{name}"), parts)
            elif fnmatch(name, first):
                yield from _below(tree, posixpath.normpath(f"{folder}/{name}"), rest)
