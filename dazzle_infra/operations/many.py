"""Updates of many applications, in parallel and independent of each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.moved import find_moved
from dazzle_infra.backends.registry import backend_tables, backends_of
from dazzle_infra.errors import DazzleInfraError, ExitCode, PreconditionError, unexpected
from dazzle_infra.hooks.git_view import GitView
from dazzle_infra.operations.answers_copies import remember_answers, was_made
from dazzle_infra.operations.conflicts import refuse_left_conflicts, refuse_open_conflicts
from dazzle_infra.operations.location import location_in
from dazzle_infra.operations.plan import Plan, plan
from dazzle_infra.operations.scopes import refuse_leftovers
from dazzle_infra.operations.update import carry_out, clear_up
from dazzle_infra.project.manifest import FILE_NAME, read_manifest
from dazzle_infra.rendering.pool import Workers
from dazzle_infra.templates import require_git
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.templates.memory import remembering
from dazzle_infra.transaction import STATE
from dazzle_infra.values.cores import usable_cores
from dazzle_infra.values.placement import Place

__all__ = ["Kind", "Outcome", "find_projects", "update_many"]

Kind = Literal["conflicts", "error", "pending", "up to date", "updated"]

_top = Lock()
_SKIPPED = {".git", ".hg", ".mypy_cache", ".nox", ".terraform", ".tox", ".venv", "__pycache__", "node_modules", "venv"}


@dataclass(frozen=True)
class Outcome:
    """The result for one application.

    Attributes:
        project: The application's root.
        kind: The class of the result. `pending` means that an update would change files. With `conflicts`, nothing was
            written if `files` is 0; otherwise the files contain conflict markers.
        plans: The plan of each backend; empty if there was an error before.
        files: The number of files that were written or removed.
        backup: The backup with the previous files, relative to the project.
        error: The error that prevented the update.
        git: The state of the written files in git, by the place of each backend.
    """

    project: Path
    kind: Kind
    plans: tuple[Plan, ...] = ()
    files: int = 0
    backup: str | None = None
    error: DazzleInfraError | None = None
    git: Mapping[Place, GitView] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        """The exit status of a run for this application alone."""
        if self.error is not None:
            return self.error.exit_code
        return ExitCode.CONFLICTS if self.kind == "conflicts" else ExitCode.OK


def find_projects(root: Path) -> list[Path]:
    """Return the folders below `root` (itself included) that have a dazzle.toml, sorted.

    Folders with an answers file, virtual environments and git's folder are not searched. Symbolic links are not
    followed.
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
    projects: list[Path],
    load: Callable[[Path], Application],
    *,
    to: str | None = None,
    dry_run: bool = False,
    markers_only: bool = False,
    own_hooks_only: bool = False,
) -> list[Outcome]:
    """Update several applications at a time. Each is updated completely or not at all, independent of the others.

    Args:
        projects: Their roots; applications without generated files are skipped.
        load: Reads the manifest and the model of an application.
        to: A version, or `recorded`; see `target.target_of`.
        dry_run: Whether nothing is written.
        markers_only: Whether applications with conflicts are updated too, with conflict markers in their files and no
            unmerged entries in git's index.
        own_hooks_only: Whether hooks of packages and of the applications do not run.

    Returns:
        The results, in the order of the projects.
    """
    require_git()
    with remembering(), Workers(is_busy=True) as workers, ThreadPoolExecutor(usable_cores()) as threads:

        def one(project: Path) -> Outcome | None:
            try:
                return (
                    _update(project, load, to, workers, dry_run, markers_only, own_hooks_only)
                    if _is_made(project)
                    else None
                )
            except DazzleInfraError as error:
                return Outcome(project, "error", error=error)
            except Exception as error:
                return Outcome(project, "error", error=unexpected(error))

        futures = [threads.submit(one, project) for project in projects]
        try:
            return [outcome for future in futures if (outcome := future.result()) is not None]
        except BaseException:
            # Running updates are completed: each writes everything or nothing.
            threads.shutdown(cancel_futures=True)
            raise


def _is_made(project: Path) -> bool:
    manifest = read_manifest(project, backend_tables())
    known = backends_of(manifest)
    locations = [found for backend in known if (found := location_in(project, manifest, backend)) is not None]
    if any((one.root / one.place.answers).exists() or was_made(one.root, one.place) for one in locations):
        return True
    return any(find_moved(project, manifest, backend) is not None for backend in known)


def _update(
    project: Path,
    load: Callable[[Path], Application],
    to: str | None,
    workers: Workers,
    dry_run: bool,
    markers_only: bool,
    own_hooks_only: bool,
) -> Outcome:
    application = load(project)
    if dry_run:
        refuse_leftovers(project)
    elif left := clear_up(project):
        raise PreconditionError(
            f"an earlier run was interrupted, and {', '.join(left)} was edited since; it was not restored",
            code="recovered",
            hint="the previous version is in the backups; run the command again",
        )
    refuse_open_conflicts(project)
    chosen = backends_of(application.manifest)
    plans = tuple(plan(application, chosen, to=to, workers=workers, dry_run=dry_run, own_hooks_only=own_hooks_only))
    refuse_left_conflicts([one.existing for one in plans])
    has_conflicts = any(one.changes.has_conflicts for one in plans)
    if has_conflicts and (dry_run or not markers_only):
        return Outcome(project, "conflicts", plans)
    # The top of a repository is shared by its applications, and one run at a time writes there.
    is_shared = any(one.existing.root != project for one in plans)
    with _top if is_shared else nullcontext():
        applied = carry_out(project, plans, dry_run=dry_run, markers_only=markers_only)
    if dry_run:
        return Outcome(project, "pending" if any(one.is_pending for one in plans) else "up to date", plans)
    for one in plans if applied.files else ():
        remember_answers(one.existing.root, one.existing.place)
    kind: Kind = "conflicts" if has_conflicts else "updated" if applied.files else "up to date"
    return Outcome(project, kind, plans, applied.files, applied.backup, git=applied.git)
