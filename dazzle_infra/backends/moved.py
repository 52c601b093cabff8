"""Files of a backend that are where dazzle.toml had them before: its output directory was changed since."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from dazzle_infra.backends.application import Application, Project
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.registry import backends, backends_of
from dazzle_infra.errors import DazzleInfraError, PreconditionError
from dazzle_infra.hooks import project_option
from dazzle_infra.project.manifest import FILE_NAME, Manifest
from dazzle_infra.templates import TEMPLATE_NAMES, questions_of, resolve_template, source_of
from dazzle_infra.templates.answers_file import ANSWERS_FILE, Recorded, read_recorded
from dazzle_infra.templates.git import ask_git
from dazzle_infra.transaction import STATE
from dazzle_infra.values.program import program

__all__ = ["find_moved", "refuse_moved"]

_SKIPPED = {"node_modules", "venv", "__pycache__"}


def refuse_moved(application: Application | Project, backend: Backend) -> None:
    """Refuse a backend whose files are in another directory than dazzle.toml names.

    Raises:
        PreconditionError: The message names both directories, and the command that moves the files.
    """
    manifest = application.manifest
    old = find_moved(application.project, manifest, backend)
    if old is not None:
        command = f"{program()} update{project_option(application.project)} --move"
        raise PreconditionError(
            f"the files of {backend.name} are in {old}, but dazzle.toml names {backend.directory(manifest)}",
            code="moved",
            where=manifest.where(*backend.table, backend.directory_key),
            hint=f'run "{command}" to move them, with edits and .env, or set {backend.directory_key} to "{old}"; '
            f"remove {old} to generate new files",
        )


def find_moved(project: Path, manifest: Manifest, backend: Backend) -> str | None:
    """Return the directory that has the files of a backend, where that of dazzle.toml has none; None where none has.

    Args:
        project: The project's root.
        manifest: What dazzle.toml says.
        backend: The backend.
    """
    default = backend.directory(Manifest())
    taken = {one.directory(where) for one in backends_of(manifest) for where in (manifest, Manifest())} - {default}
    if default == backend.directory(manifest):
        taken.add(default)
    likely = [default, *_copies(project)]
    for directory in dict.fromkeys([*likely, *_listed(project)]):
        if directory in taken or _is_nested(project, directory):
            continue
        path = project / directory / ANSWERS_FILE
        recorded = None
        if path.is_file() and not path.is_symlink():
            with suppress(DazzleInfraError):
                recorded = read_recorded(path, directory)
        if recorded is None or not _is_of(project, manifest, backend, recorded, is_default=directory == default):
            continue
        # A tree that was copied, such as a sample in a test, records another place than its own.
        if recorded.answers.get("directory", directory if directory in likely else None) == directory:
            return directory
    return None


def _copies(project: Path) -> list[str]:
    """Return the directories that a run here wrote."""
    copies = (project / STATE / "answers").glob("*.yml") if os.access(project / STATE, os.R_OK | os.X_OK) else ()
    return sorted(path.stem.replace("%", "/") for path in copies)


def _listed(project: Path) -> list[str]:
    """Return the directories with an answers file, from git where there is a repository."""
    options = ("-z", "--cached", "--others", "--exclude-standard")
    done = ask_git(project, "ls-files", *options, "--", f":(glob)**/{ANSWERS_FILE}")
    found = (
        [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
        if done.returncode == 0
        else list(_walked(project))
    )
    return sorted({PurePosixPath(path).parent.as_posix() for path in found} - {"."})


def _walked(project: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(project):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        if ANSWERS_FILE in files:
            yield (Path(folder) / ANSWERS_FILE).relative_to(project).as_posix()


def _is_nested(project: Path, directory: str) -> bool:
    """Return whether the directory belongs to another application inside this one."""
    places = (PurePosixPath(directory), *PurePosixPath(directory).parents[:-1])
    return any((project / place / FILE_NAME).exists() for place in places)


def _is_of(project: Path, manifest: Manifest, backend: Backend, recorded: Recorded, *, is_default: bool) -> bool:
    """Return whether a backend's template, or a fork of it, wrote an answers file."""
    source = recorded.source.removeprefix("git+")
    known = {source_of(one.name, one.source, project): one.name for one in backends_of(manifest)}
    if source in known:
        return known[source] == backend.name
    chosen = backend.choice(manifest).template
    if is_default or (chosen is not None and source_of(backend.name, chosen, project) == source):
        return True
    if "directory" not in recorded.answers:
        return False
    embedded = [one for one in backends() if one.template in TEMPLATE_NAMES]
    shared = {one.name: len(_questions(one) & recorded.answers.keys()) for one in embedded}
    return max(shared, key=lambda name: shared[name]) == backend.name and shared[backend.name] > 0


def _questions(backend: Backend) -> set[str]:
    return set(questions_of(resolve_template(backend.name, backend.source, None, None)))
