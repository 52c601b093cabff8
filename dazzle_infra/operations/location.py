"""The location of a backend's files, and the folder that contains the records of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dazzle_infra.backends.application import Application, Project
from dazzle_infra.backends.base import Backend, Placement
from dazzle_infra.errors import DazzleInfraError, PreconditionError
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.repository.location import repository_of
from dazzle_infra.templates.answers_file import read_recorded
from dazzle_infra.values.placement import TOP, Place

T = TypeVar("T")

__all__ = ["Location", "by_root", "is_used", "location_in", "location_of", "possible_location"]


@dataclass(frozen=True)
class Location:
    """The location of a backend's files.

    Attributes:
        root: The project's root, or the top of its repository. It contains the journal, the lock and the backups.
        place: The location relative to the root.
    """

    root: Path
    place: Place


def location_of(application: Application | Project, backend: Backend) -> Location:
    """Return the location of a backend's files, which need not exist.

    Raises:
        PreconditionError: The backend writes to the top of a repository, and the project is in no repository.
    """
    found = location_in(application.project, application.manifest, backend)
    if found is None:
        raise PreconditionError(
            f"{backend.name} writes files at the top of the git repository, and {application.project} is in none",
            code="no_repository",
            hint="run `git init` at the top of the repository",
        )
    return found


def location_in(project: Path, manifest: Manifest, backend: Backend) -> Location | None:
    """Return the location of a backend's files, which need not exist; None if it requires a repository and has none."""
    if backend.placement is Placement.FOLDER:
        return Location(project, Place(backend.directory(manifest)))
    repository = repository_of(project)
    if repository is None:
        return None
    root = repository.root.resolve()
    return Location(root, Place(TOP, _answers_file(root, project, manifest, backend)))


def is_used(manifest: Manifest, backend: Backend) -> bool:
    """Return whether dazzle.toml enables a backend or has a table of it."""
    return backend.name in manifest.infra.backends or manifest.says(*backend.table)


def possible_location(application: Application | Project, backend: Backend) -> Location | None:
    """Return the location of a backend's files; None if it needs a repository, has none, and nothing names it.

    Raises:
        PreconditionError: dazzle.toml names it, and it needs a repository.
    """
    manifest = application.manifest
    if is_used(manifest, backend):
        return location_of(application, backend)
    return location_in(application.project, manifest, backend)


def by_root(items: Iterable[T], root_of: Callable[[T], Path]) -> list[tuple[Path, list[T]]]:
    """Group items by their root, in the order in which the roots first occur."""
    groups: dict[Path, list[T]] = {}
    for item in items:
        groups.setdefault(root_of(item), []).append(item)
    return list(groups.items())


def _answers_file(root: Path, project: Path, manifest: Manifest, backend: Backend) -> str:
    """Return the name of the application's answers file at the top of its repository.

    It contains the name of the application. If the application was renamed, the existing file is found by the project's
    path that it records.

    Raises:
        PreconditionError: Another application in the repository has that name.
    """
    start, own = f".copier-answers.{backend.name}-", project.resolve().relative_to(root).as_posix()
    name = f"{start}{manifest.name}.yml"
    owner = _project_of(root / name)
    if owner == own:
        return name
    others = (path for path in sorted(root.glob(f"{start}*.yml")) if path.name != name)
    renamed = next((path.name for path in others if _project_of(path) == own), None)
    if renamed is not None:
        return renamed
    if owner is not None:
        raise PreconditionError(
            f"{name} belongs to the application in {owner}",
            code="same_name",
            where=manifest.where("infra", "name"),
            hint="set [infra] name: applications in one repository need different names",
        )
    return name


def _project_of(path: Path) -> str | None:
    """Return the path of the project that an answers file records, or None."""
    if not path.is_file():
        return None
    with suppress(DazzleInfraError):
        recorded = read_recorded(path, path.name).answers.get("project_root")
        return recorded if isinstance(recorded, str) else None
    return None
