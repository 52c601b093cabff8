"""The packages of a Node project: which lock file holds them, and which package manager reads it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.declared import Declared, Dependencies, read_package, text_of
from dazzle_infra.project.packages.tree import Tree

__all__ = ["node_dependencies", "node_package_manager"]

_LOCKS: Final[dict[str, Dependencies]] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
}
_MANAGER: Final = re.compile(r"(npm|pnpm|yarn)@(\d+\.\d+\.\d+)")
_DEFAULT_MANAGERS: Final = {"pnpm": "pnpm@10.18.0"}
_YARN_LOCK: Final = re.compile(r"__metadata:\s+version: (\d{1,4})\s")
_OF_YARN_4: Final = 8
"""The version of the lock that Yarn 4 came with; 2 and 3 write 4 to 7."""


def node_dependencies(project: Path, declared: Declared) -> Dependencies:
    """Return where the dependencies are declared: the first lock file that can be read, else package.json.

    Without a lock of its own, a member of a workspace has that of the workspace.
    """
    for lock, manager in _LOCKS.items():
        if (project / lock).is_file() and (manager != "yarn" or _yarn_of(project / lock)):
            return manager
    managers: tuple[Dependencies, ...] = ("npm", "pnpm", "yarn")
    for manager in managers:
        root = node_root(project, manager)
        if root != project.resolve() and (manager != "yarn" or _yarn_of(root / "yarn.lock")):
            return manager
    return "package"


def node_root(project: Path, manager: str) -> Path:
    """Return the folder of the lock: the project, or the root of the workspace that it belongs to."""
    tree = Tree.around(project)
    locks = [lock for lock, name in _LOCKS.items() if name == manager]
    folder = tree.folder_above(*locks) if locks else None
    if folder is None or folder == tree.project or not tree.exists(tree.of_project("package.json")):
        return tree.project_folder
    from dazzle_infra.project.packages.node_workspaces import node_workspace

    try:
        return tree.root / node_workspace(tree, manager).root
    except PackagesError:
        # The analysis of the packages refuses the file; other commands work without it.
        return tree.project_folder


def node_package_manager(project: Path, dependencies: Dependencies, declared: Declared) -> str:
    """Return the package manager to install, `NAME@VERSION`; empty for npm, which Node's image contains."""
    root = node_root(project, dependencies)
    default = _yarn_of(root / "yarn.lock") if dependencies == "yarn" else _DEFAULT_MANAGERS.get(dependencies, "")
    package = declared.package if root == project.resolve() else read_package(root)
    named = _MANAGER.match(str(package.get("packageManager", "")))
    is_it = default and named and named[1] == dependencies and _reads(f"{named[1]}@{named[2]}", default)
    return f"{named[1]}@{named[2]}" if named and is_it else default


def _yarn_of(lock: Path) -> str:
    """Return the Yarn that reads a lock; nothing for 2 and 3, which cannot leave development's packages out."""
    head = text_of(lock)[:400]
    if "# yarn lockfile v1" in head:
        return "yarn@1.22.22"
    version = _YARN_LOCK.search(head)
    return "yarn@4.18.1" if version and int(version[1]) >= _OF_YARN_4 else ""


def _reads(named: str, default: str) -> bool:
    """Say whether the manager that package.json names reads the lock that the default one does."""
    return not named.startswith("yarn@") or named.startswith("yarn@1.") == default.startswith("yarn@1.")
