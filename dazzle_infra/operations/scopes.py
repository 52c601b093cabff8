"""The folders that contain the records of an application's runs: the project, and the top of its repository."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.repository.location import repository_of
from dazzle_infra.transaction import STATE, refuse_leftover
from dazzle_infra.transaction.backup_list import owner_of

__all__ = ["Scope", "refuse_leftovers", "scopes_of"]


@dataclass(frozen=True)
class Scope:
    """One folder with records of runs.

    Attributes:
        root: The folder.
        owner: The name of the application in these records (see `owner_of`).
        project: The project's root.
    """

    root: Path
    owner: str
    project: Path

    def shown(self, path: str) -> str:
        """Return a path that is relative to the root as a path relative to the project."""
        return path if self.root == self.project else os.path.relpath(self.root / path, self.project)


def scopes_of(project: Path) -> list[Scope]:
    """Return the project, and the top of its repository if runs wrote files there for a project below it."""
    scopes = [Scope(project, ".", project)]
    # Most projects have no records above them, and every command asks several times: git is started only for some.
    has_records_above = any((folder / STATE).exists() for folder in project.resolve().parents)
    repository = repository_of(project) if has_records_above else None
    if repository is not None:
        root = repository.root.resolve()
        if root != project.resolve() and (root / STATE).exists():
            scopes.append(Scope(root, owner_of(root, project), project))
    return scopes


def refuse_leftovers(project: Path) -> None:
    """Raise `PreconditionError` after an interrupted run: a command that only reads would report a partial state."""
    for scope in scopes_of(project):
        refuse_leftover(scope.root)
