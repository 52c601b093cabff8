"""The names of the files that a template version renders, and those of them that are missing in a checkout.

The names are stored in the user's cache: a version never changes, so the same answers always give the same files.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dazzle_infra.backends.application import Application, Project
from dazzle_infra.backends.base import Backend
from dazzle_infra.cache.location import cache_directory
from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.hooks import project_option
from dazzle_infra.operations.existing import Existing, read_existing
from dazzle_infra.rendering.pool import RenderJob, Workers, render_all
from dazzle_infra.repository.ignored import IgnoreRule, never_committed
from dazzle_infra.repository.location import repository_of
from dazzle_infra.templates import Template, commit_of
from dazzle_infra.templates.answers_file import ANSWERS_FILE, digest_of, read_recorded
from dazzle_infra.templates.cache import cached
from dazzle_infra.values.placement import Place
from dazzle_infra.values.program import program

if TYPE_CHECKING:
    from dazzle_infra.merging.changes import Change, ChangeSet
    from dazzle_infra.merging.compare import Edit

__all__ = [
    "absent_files",
    "are_files_known",
    "describe_missing",
    "known_files",
    "missing_files",
    "remember_files",
    "restore_command",
]

_NAMES = "names.json"
_NAMED = 2
_KEPT = 500
"""The number of entries that are kept, newest first."""


def are_files_known(existing: Existing) -> bool:
    """Return whether `missing_files` needs no render. Outside a repository there are no such files."""
    return _recalled(existing) is not None or repository_of(existing.root) is None


def missing_files(
    existing: Existing, rendered: Iterable[str] | None, edited: Sequence[Edit] = ()
) -> dict[str, IgnoreRule]:
    """Return the generated files that are missing because git ignores them and they were never committed.

    Args:
        existing: The existing files.
        rendered: The files that the recorded version and answers render; None if nothing was rendered.
        edited: The user's changes: a moved file is not missing.
    """
    if rendered is not None:
        rendered = tuple(rendered)
        _remember(_entry(existing.template, existing.recorded.answers), rendered)
    files = _recalled(existing) or () if rendered is None else rendered
    left = {ANSWERS_FILE, *(edit.path for edit in edited if edit.state == "moved")}
    root, place = existing.root, existing.place
    missing = [path for path in files if path not in left and not (root / place.at(path)).exists()]
    return never_committed(root, place, missing) if missing else {}


def known_files(existing: Existing) -> tuple[str, ...]:
    """Return the files that the recorded version and answers render, relative to the place; empty if unknown."""
    return _recalled(existing) or ()


def absent_files(project: Application | Project, backend: Backend, workers: Workers | None = None) -> tuple[str, ...]:
    """Return the generated files that are missing for any reason, without those that the user moved.

    The result is empty if the recorded version cannot be rendered; other commands report that error.

    Args:
        project: The project.
        backend: The backend; its files were generated.
        workers: Processes that render; None to start one when it is needed.
    """
    from dazzle_infra.merging.compare import edits

    with suppress(DazzleInfraError):
        existing = read_existing(project, backend)
        if existing is not None:
            root, place, known = existing.root, existing.place, _recalled(existing)
            if known is None or not all((root / place.at(path)).exists() for path in known):
                job = RenderJob(existing.template, existing.recorded.answers)
                [[tree]] = render_all([[job]], workers)
                _remember(_entry(existing.template, existing.recorded.answers), tree)
                found = edits(root, place, tree)
                return tuple(edit.path for edit in found if edit.state == "deleted")
    return ()


def restore_command(project: Path, absent: Iterable[tuple[Place, Sequence[str]]]) -> str:
    """Return the command that writes missing files again.

    Args:
        project: The project's root.
        absent: Places of backends, each with its missing files.
    """
    places: list[str] = []
    for place, paths in absent:
        places += [place.at(path) for path in paths] if len(paths) <= _NAMED or place.is_shared else [place.directory]
    command = f"{program()} update{project_option(project)}"
    return " ".join([command, *(f"--restore {shlex.quote(place)}" for place in places)])


def describe_missing(changes: ChangeSet, missing: Mapping[str, IgnoreRule]) -> ChangeSet:
    """Return the changes, with another detail for files that are missing because of git and not deleted by the user."""

    def described(change: Change) -> Change:
        rule = missing.get(change.path)
        if rule is None or change.kind != "kept-deleted":
            return change
        return replace(change, detail=f"ignored by git and never committed ({rule})")

    return replace(changes, changes=tuple(described(change) for change in changes.changes))


def remember_files(root: Path, place: Place, template: Template, files: Iterable[str]) -> None:
    """Store the names of the files that were just written; errors are ignored, because the run is complete.

    Args:
        root: The folder to which the place is relative.
        place: The location of the files, with the new answers file.
        template: The template that rendered the files.
        files: Their names, relative to the place.
    """
    with suppress(DazzleInfraError):
        recorded = read_recorded(root / place.answers, place.answers)
        _remember(_entry(template, recorded.answers), files)


def _entry(template: Template, answers: Mapping[str, object]) -> str | None:
    """Return the name of the cache entry; None for answers that cannot be in an answers file."""
    digest = digest_of(answers)
    return None if digest is None else f"files/{hashlib.sha256(f'{commit_of(template)} {digest}'.encode()).hexdigest()}"


def _recalled(existing: Existing) -> tuple[str, ...] | None:
    name = _entry(existing.template, existing.recorded.answers)
    if name is None:
        return None
    try:
        names = json.loads((cache_directory() / name / _NAMES).read_bytes())
    except (OSError, ValueError):
        return None
    return tuple(str(one) for one in names)


def _remember(name: str | None, files: Iterable[str]) -> None:
    if name is not None:
        content = json.dumps(sorted(files)).encode()
        with suppress(OSError):
            cached(name, lambda folder: (folder / _NAMES).write_bytes(content))
            _trim(cache_directory() / "files")


def _trim(folder: Path) -> None:
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    if len(entries) > _KEPT:
        for path in sorted(entries, key=lambda one: one.stat().st_mtime)[: len(entries) - _KEPT]:
            shutil.rmtree(path, ignore_errors=True)
