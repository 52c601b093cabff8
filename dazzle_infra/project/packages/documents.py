"""The documents of package managers, parsed: TOML, JSON and YAML, with the line of a key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import tomli

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.tree import Tree
from dazzle_infra.project.statements import Lines
from dazzle_infra.values.words import KeyPath, written

__all__ = ["Document", "check_documents", "read_json", "read_toml", "read_yaml"]

_LOCK_COMMANDS = {
    "npm-shrinkwrap.json": "npm shrinkwrap",
    "package-lock.json": "npm install --package-lock-only",
    "pnpm-lock.yaml": "pnpm install --lockfile-only",
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
}
"""Commands that write lock files. uv and Poetry do not replace a lock file that they cannot read."""


@dataclass(frozen=True)
class Document:
    """A document that parses.

    Attributes:
        tree: The files that it is one of.
        path: The file.
        text: Its text.
        data: Its content; an empty table for an empty document.
    """

    tree: Tree
    path: str
    text: str
    data: dict[str, Any]

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    @cached_property
    def _packages(self) -> dict[str, int]:
        """The line of each `name = "NAME"` of a lock file, which has one line for each key."""
        lines = (re.fullmatch(r'name = "([^"]+)"', line) for line in self.text.splitlines())
        return {found[1]: number for number, found in reversed([*enumerate(lines, start=1)]) if found}

    def where_of_package(self, name: str) -> Where:
        """Return the place of a package of a lock file."""
        return self.tree.where(self.path, self._packages.get(name))

    def where(self, *key: str | int) -> Where:
        """Return the place of a key."""
        if not key:
            return self.tree.where(self.path)
        line = self._lines.of(key) if self.path.endswith((".toml", ".lock")) else self._line(key)
        return self.tree.where(self.path, line, written(key) if self.path.endswith(".toml") else None)

    def _line(self, key: KeyPath) -> int:
        """Return the line of a key of JSON or YAML: that of its last name, after those of the names around it."""
        position = 0
        for name in (part for part in key if isinstance(part, str)):
            pattern = re.compile(rf"""(?:^|[\s{{,])["']?{re.escape(name)}["']?\s*:""", flags=re.MULTILINE)
            found = pattern.search(self.text, position)
            position = found.end() if found else position
        return self.text.count("\n", 0, position) + 1

    def table(self, *key: str) -> dict[str, Any]:
        """Return a table; an empty one where there is none.

        Raises:
            PackagesError: The key has another value.
        """
        found: Any = self.data
        for end, name in enumerate(key, start=1):
            found = found.get(name)
            if found is None:
                return {}
            if not isinstance(found, dict):
                message = f"{name} must be a table"
                raise PackagesError(message, where=self.where(*key[:end]), hint="correct the type of the value")
        return dict(found)

    def texts(self, *key: str) -> list[str]:
        """Return a list of strings; an empty one where there is none.

        Raises:
            PackagesError: The key has another value.
        """
        found = self.table(*key[:-1]).get(key[-1], [])
        if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
            message = f"{key[-1]} must be a list of strings"
            raise PackagesError(message, where=self.where(*key), hint="correct the type of the value")
        return list(found)


def check_documents(project: Path) -> None:
    """Refuse a pyproject.toml or package.json that does not parse, and could name what runs the application.

    Raises:
        PackagesError: There is one.
    """
    tree = Tree.around(project)
    for name, read in (("pyproject.toml", read_toml), ("package.json", read_json)):
        if (project / name).is_file():
            read(tree, tree.of_project(name))


def read_toml(tree: Tree, path: str) -> Document:
    """Read a TOML document.

    Raises:
        PackagesError: An image cannot copy it, or it is not TOML.
    """
    text = tree.text(path)
    try:
        return Document(tree, path, text, tomli.loads(text))
    except tomli.TOMLDecodeError as error:
        raise _broken(tree, path, "TOML", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise _broken(tree, path, "TOML", None) from error


def read_json(tree: Tree, path: str) -> Document:
    """Read a JSON document, which must be an object.

    Raises:
        PackagesError: An image cannot copy it, or it is not JSON.
    """
    text = tree.text(path)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(tree, path, "JSON", error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise _broken(tree, path, "JSON", None) from error
    return _table(tree, path, text, data)


def read_yaml(tree: Tree, path: str) -> Document:
    """Read a YAML document, which must be a mapping or empty.

    Raises:
        PackagesError: An image cannot copy it, or it is not YAML.
    """
    import yaml  # slow, and most projects have no such file

    text = tree.text(path)
    try:
        data = yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise _broken(tree, path, "YAML", line) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _broken(tree, path, "YAML", None) from error
    return _table(tree, path, text, data)


def _table(tree: Tree, path: str, text: str, data: object) -> Document:
    if not isinstance(data, dict):
        message = f"{tree.shown(path)} contains no table of keys"
        raise PackagesError(message, where=tree.where(path, 1), hint="correct the file, or remove it")
    return Document(tree, path, text, data)


def _broken(tree: Tree, path: str, language: str, line: int | None) -> PackagesError:
    command = _LOCK_COMMANDS.get(PurePosixPath(path).name)
    hint = (
        f"restore the lock file from git, or remove it and regenerate it with `{command}`"
        if command
        else "correct the line; otherwise the build of the image fails"
    )
    return PackagesError(f"{tree.shown(path)} is not {language}", where=tree.where(path, line), hint=hint)
