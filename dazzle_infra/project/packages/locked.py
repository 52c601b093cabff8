"""Versions of single packages in the file that fixes the versions of a Python project."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.declared import Dependencies, text_of
from dazzle_infra.project.packages.tree import Tree
from dazzle_infra.project.packages.uv_workspaces import LOCK, uv_root

__all__ = ["Locked", "locked_versions"]

_PACKAGE = re.compile(r'^name = "(?P<name>[^"]+)"\nversion = "(?P<version>[^"]+)"', re.MULTILINE)
"""The first lines of a package in uv.lock and poetry.lock."""

_PINNED = re.compile(
    r"^[ \t]*(?P<name>[\w.-]+)[ \t]*(?:\[[^\]\n]*\])?[ \t]*===?[ \t]*(?P<version>[\w.!+]+)", re.MULTILINE
)
_INCLUDED = re.compile(r"^[ \t]*(?:-r|--requirement)[ \t=]+(\S+)", re.MULTILINE)


class Locked(NamedTuple):
    """The version of a package that the image installs.

    Attributes:
        version: The version.
        where: The line that states it.
    """

    version: Version
    where: Where


def locked_versions(project: Path, dependencies: Dependencies, packages: Iterable[str]) -> dict[str, Locked]:
    """Return the versions of packages, by name; packages without a fixed version are left out.

    A package that a lock contains in several versions has the lowest one.

    Args:
        project: The project's root.
        dependencies: Where the dependencies are declared.
        packages: The names of the packages, as PyPI spells them.
    """
    found: dict[str, Locked] = {}
    for name, locked in _stated(project, dependencies):
        if name in packages and (name not in found or locked.version < found[name].version):
            found[name] = locked
    return found


def _stated(project: Path, dependencies: Dependencies) -> Iterator[tuple[str, Locked]]:
    tree = Tree.around(project)
    if dependencies == "uv":
        try:
            folder = uv_root(tree)
        except PackagesError:
            # The analysis of the packages refuses the file; other commands work without it.
            folder = None
        yield from _matches(tree, posixpath.normpath(f"{folder}/{LOCK}"), _PACKAGE) if folder is not None else ()
    elif dependencies == "poetry":
        yield from _matches(tree, tree.of_project("poetry.lock"), _PACKAGE)
    elif dependencies == "requirements":
        pending, seen = [tree.of_project("requirements.txt")], set[str]()
        while pending:
            path = pending.pop()
            if path in seen or path.startswith(".."):
                continue
            seen.add(path)
            yield from _matches(tree, path, _PINNED)
            folder = posixpath.dirname(path)
            pending += [
                posixpath.normpath(posixpath.join(folder, name))
                for name in _INCLUDED.findall(text_of(tree.root / path))
            ]


def _matches(tree: Tree, path: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, Locked]]:
    text = text_of(tree.root / path).replace("\r\n", "\n")
    for match in pattern.finditer(text):
        try:
            version = Version(match["version"])
        except InvalidVersion:
            continue
        line = text.count("\n", 0, match.start("version")) + 1
        yield canonicalize_name(match["name"]), Locked(version, tree.where(path, line))
