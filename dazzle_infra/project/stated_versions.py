"""The versions of Python and Node that the project's own files state."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared, table_at, text_of
from dazzle_infra.project.packages.node_ranges import allowed_majors
from dazzle_infra.project.packages.python import python_minor
from dazzle_infra.project.packages.tree import Tree
from dazzle_infra.values.words import quoted

__all__ = ["DEFAULT_DAZZLE", "DEFAULT_NODE", "DEFAULT_PYTHON", "StatedVersion", "node_version", "python_version"]

DEFAULT_DAZZLE: Final = "0.125.0"
DEFAULT_PYTHON: Final = "3.12"
DEFAULT_NODE: Final = "24"
"""The major version of Node where the project states none, or allows several."""

_NODES: Final = range(10, 27)
"""The released major versions of Node with an official image (nodejs.org, "Node.js Releases")."""

_PYTHONS: Final = range(6, 16)
"""The released minor versions of Python 3 with an official image (devguide.python.org, "Status of Python versions")."""

_NO_NODE: Final = f"no released version from {_NODES[0]} to {_NODES[-1]}"
_NO_PYTHON: Final = f"no released version from 3.{_PYTHONS[0]} to 3.{_PYTHONS[-1]}"

_NODE_FILES: Final = (".nvmrc", ".node-version")
_NODE_ALIASES: Final = re.compile(r"node|stable|latest|current|lts(?:/\*)?", re.IGNORECASE)
_NODE_LINES: Final = {
    "gallium": 16,
    "hydrogen": 18,
    "iron": 20,
    "jod": 22,
    "krypton": 24,
    "dubnium": 10,
    "erbium": 12,
    "fermium": 14,
}
"""Names of lines with long-term support (github.com/nodejs/Release, "CODENAMES")."""

_NODE: Final = re.compile(r"v?(\d{1,3})(?:\.(?:\d+|x))*", re.IGNORECASE)
_PYTHON: Final = re.compile(r"(?:c?python[@-]?)?3\.(\d{1,3})(?:\.(?:\d+|x))?(?:[a-z]+\d*)?", re.IGNORECASE)


@dataclass(frozen=True)
class StatedVersion:
    """What the project's files state about the version of a language.

    Attributes:
        version: The version of the base image; None for the default.
        problem: The statement that is not followed, with its place, and why; empty if all are.
    """

    version: str | None = None
    problem: str = ""


def node_version(project: Path, declared: Declared) -> StatedVersion:
    """Return the major version of Node in .nvmrc, .node-version or `engines` of package.json, the first that there is.

    A range that allows several gets the default, or else the newest with long-term support.
    """
    for name in _NODE_FILES:
        found = _line_of(project, name)
        if found is not None:
            return _of_node_file(*found)
    stated = table_at(declared.package, "engines").get("node")
    text = stated.strip() if isinstance(stated, str) else ""
    majors = allowed_majors(text, _NODES)
    if text and not majors:
        return _refused("engines.node of package.json", text, _NO_NODE)
    if not text or int(DEFAULT_NODE) in majors:
        return StatedVersion()
    return StatedVersion(str(next((major for major in majors if major % 2 == 0), majors[0])))


def _of_node_file(where: str, text: str) -> StatedVersion:
    if _NODE_ALIASES.fullmatch(text):
        return StatedVersion()
    match = _NODE.fullmatch(text)
    major = int(match[1]) if match else _NODE_LINES.get(text.lower().removeprefix("lts/"), 0)
    if major in _NODES:
        return StatedVersion(str(major))
    return _refused(where, text, _NO_NODE)


def python_version(project: Path, declared: Declared, lowest: int) -> StatedVersion:
    """Return `3.Y` of .python-version, or the lowest that `requires-python` or Poetry's `python` allows.

    Args:
        project: The project's root.
        declared: What the project's files declare.
        lowest: The lowest `Y` that the runtime runs on; 0 for any.
    """
    allowed = _of_pyproject(declared, lowest)
    found = _line_of(project, ".python-version")
    if found is None:
        return allowed
    where, text = found
    match = _PYTHON.fullmatch(text)
    if match is None or int(match[1]) not in _PYTHONS:
        return replace(_refused(where, text, _NO_PYTHON), version=allowed.version)
    if int(match[1]) < lowest:
        older = _refused(where, text, f"older than 3.{lowest}, which the application needs")
        return replace(older, version=f"3.{lowest}")
    return StatedVersion(f"3.{match[1]}")


def _of_pyproject(declared: Declared, lowest: int) -> StatedVersion:
    minor = python_minor(declared.pyproject)
    if minor is None:
        return StatedVersion()
    if minor in _PYTHONS:
        return StatedVersion(f"3.{max(minor, lowest)}")
    return _refused("pyproject.toml", f"3.{minor}", _NO_PYTHON)


def _refused(where: str, text: str, why: str) -> StatedVersion:
    return StatedVersion(problem=f"{where} states {quoted(text)}, which is {why}")


def _line_of(project: Path, name: str) -> tuple[str, str] | None:
    """Return the first line with a content of the nearest such file up to the repository's top, and its place."""
    tree = Tree.around(project)
    folder = tree.folder_above(name)
    if folder is None:
        return None
    path = name if folder == "." else f"{folder}/{name}"
    for number, line in enumerate(text_of(tree.root / path).splitlines(), start=1):
        text = line.partition("#")[0].strip()
        if text:
            return f"{tree.shown(path)}:{number}", text
    return None
