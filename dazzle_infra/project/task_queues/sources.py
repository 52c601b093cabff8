"""The Python sources of a project, searched for the objects that a command names."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import text_of

__all__ = ["Module", "Sources"]

_DEEPEST: Final = 4
_MOST: Final = 2000
_LARGEST: Final = 500_000
_PASSED_OVER: Final = {"__pycache__", "build", "dist", "migrations", "node_modules", "site-packages", "test", "tests"}


@dataclass(frozen=True)
class Module:
    """A module of the project.

    Attributes:
        name: Its dotted name.
        text: Its source.
        folder: The folder that must be on the import path: empty for the project's root, or `src`.
    """

    name: str
    text: str
    folder: str = ""

    def statements(self) -> list[ast.stmt]:
        """Return the statements; nothing where the source cannot be parsed."""
        try:
            return ast.parse(self.text).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []

    def instance(self, *kinds: str) -> str | None:
        """Return the variable that is an instance of a class with one of those names, or None."""
        for statement in self.statements():
            if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(statement.value, ast.Call):
                continue
            called = statement.value.func
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", None)
            if name in kinds and isinstance(target, ast.Name):
                return target.id
        return None


@dataclass(frozen=True)
class Sources:
    """The modules of a project.

    Attributes:
        project: The project's root.
    """

    project: Path

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """The modules, those with the shortest names first."""
        found = [*self._below(self.project, "", 0), *self._below(self.project / "src", "src", 0)]
        return tuple(sorted(found, key=lambda module: (module.folder, module.name.count("."), module.name)))[:_MOST]

    @property
    def is_django(self) -> bool:
        """Whether the project has a manage.py."""
        return (self.project / "manage.py").is_file()

    def first(self, word: str, is_it: Callable[[Module], object]) -> Module | None:
        """Return the first module that contains a word and passes a test."""
        return next((module for module in self.modules if word in module.text and is_it(module)), None)

    def mentions(self, *words: str) -> bool:
        """Say whether a module contains one of the words."""
        return any(word in module.text for module in self.modules for word in words)

    def _below(self, folder: Path, root: str, depth: int, prefix: str = "") -> Iterator[Module]:
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            return
        for path in entries:
            name = path.name
            if path.suffix == ".py" and path.stem.isidentifier() and not name.startswith(("test_", "conftest")):
                if path.is_file() and path.stat().st_size <= _LARGEST:
                    module = f"{prefix}{path.stem}".removesuffix(".__init__")
                    yield Module(module, text_of(path), root)
            elif name.isidentifier() and name not in _PASSED_OVER and depth < _DEEPEST and path.is_dir():
                is_environment = (path / "pyvenv.cfg").exists()
                if not (path.is_symlink() or is_environment or (depth == 0 and not root and name == "src")):
                    yield from self._below(path, root, depth + 1, f"{prefix}{name}.")
