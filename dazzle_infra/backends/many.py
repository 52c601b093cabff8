"""Updating many applications: all at once, each for itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dazzle_infra.backends.base import Application
from dazzle_infra.backends.plan import Plan, plan
from dazzle_infra.backends.registry import backends
from dazzle_infra.backends.repair import remember_answers, was_made
from dazzle_infra.backends.update import carry_out, clear_up, refuse_open_conflicts
from dazzle_infra.engine import ANSWERS_FILE, STATE, Workers, refuse_leftover
from dazzle_infra.errors import DazzleInfraError, ExitCode, PreconditionError, unexpected
from dazzle_infra.manifest import FILE_NAME, read_manifest
from dazzle_infra.templates import require_git
from dazzle_infra.templates.memory import remembering

__all__ = ["Kind", "Outcome", "find_projects", "update_many"]

Kind = Literal["conflicts", "error", "pending", "up to date", "updated"]

_SKIPPED = {".git", ".hg", ".mypy_cache", ".nox", ".terraform", ".tox", ".venv", "__pycache__", "node_modules", "venv"}


@dataclass(frozen=True)
class Outcome:
    """What became of one application.

    Attributes:
        project: Its root.
        kind: In a word. `pending` is what would be updated; with `conflicts`, nothing was written.
        plans: What was, or would be, done for each backend; empty where that could not be found out.
        files: How many files were written or removed.
        backup: Where they are as they were before, relative to the project.
        error: Why it could not be updated.
    """

    project: Path
    kind: Kind
    plans: tuple[Plan, ...] = ()
    files: int = 0
    backup: str | None = None
    error: DazzleInfraError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What the exit status would be of a run for this application alone."""
        if self.error is not None:
            return self.error.exit_code
        return ExitCode.CONFLICTS if self.kind == "conflicts" else ExitCode.OK


def find_projects(root: Path) -> list[Path]:
    """Return the folders below `root` (itself included) that have a dazzle.toml, sorted.

    What was generated or installed is not looked into: a folder with an answers file, environments, git's folder.
    Symbolic links are not followed.
    """
    return sorted(_projects(root))


def _projects(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        if ANSWERS_FILE in files and Path(folder) != root:
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in _SKIPPED and name != STATE]
        if FILE_NAME in files:
            yield Path(folder)


def update_many(
    projects: list[Path], load: Callable[[Path], Application], *, to: str | None = None, dry_run: bool = False
) -> list[Outcome]:
    """Update applications, several at a time; each wholly or not at all, and none because of another.

    Args:
        projects: Their roots; those that nothing was made for are passed over.
        load: Reads the manifest and the model of one.
        to: A version, or `recorded`.
        dry_run: Do everything but write.

    Returns:
        What became of each, in their order.
    """
    require_git()
    cores = os.cpu_count() or 1
    with remembering(), Workers(is_busy=True) as workers, ThreadPoolExecutor(cores) as threads:

        def one(project: Path) -> Outcome | None:
            try:
                return _update(project, load, to, workers, dry_run=dry_run) if _is_made(project) else None
            except DazzleInfraError as error:
                return Outcome(project, "error", error=error)
            except Exception as error:
                return Outcome(project, "error", error=unexpected(error))

        futures = [threads.submit(one, project) for project in projects]
        try:
            return [outcome for future in futures if (outcome := future.result()) is not None]
        except BaseException:
            # Those that are at work come to their end: each writes everything or nothing.
            threads.shutdown(cancel_futures=True)
            raise


def _is_made(project: Path) -> bool:
    manifest = read_manifest(project)
    folders = [backend.directory(manifest) for backend in backends()]
    return any((project / folder / ANSWERS_FILE).exists() or was_made(project, folder) for folder in folders)


def _update(
    project: Path, load: Callable[[Path], Application], to: str | None, workers: Workers, *, dry_run: bool
) -> Outcome:
    application = load(project)
    if dry_run:
        refuse_leftover(project)
    elif left := clear_up(project):
        raise PreconditionError(
            f"an earlier run was cut off, and {', '.join(left)} was edited since; it is left as it is",
            code="recovered",
            hint="what was there before is in backups; run the command again",
        )
    refuse_open_conflicts(project)
    plans = tuple(plan(application, backends(), to=to, workers=workers))
    if any(one.changes.has_conflicts for one in plans):
        return Outcome(project, "conflicts", plans)
    applied = carry_out(project, plans, dry_run=dry_run)
    if dry_run:
        return Outcome(project, "pending" if any(one.is_pending for one in plans) else "up to date", plans)
    for one in plans if applied.files else ():
        remember_answers(project, one.existing.directory)
    return Outcome(project, "updated" if applied.files else "up to date", plans, applied.files, applied.backup)
