"""Execution of a plan."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dazzle_infra.errors import ConflictsLeftError, Where
from dazzle_infra.hooks.git_view import GitView
from dazzle_infra.hooks.running import run_after
from dazzle_infra.merging.changes import Change
from dazzle_infra.merging.conflict_markers import has_conflict
from dazzle_infra.merging.index import change_index, index_entries, unmerged_entries
from dazzle_infra.merging.sparse_checkout import left_out_error
from dazzle_infra.operations.generated import remember_files
from dazzle_infra.operations.location import by_root
from dazzle_infra.operations.owners import refuse_two_owners
from dazzle_infra.operations.plan import Plan
from dazzle_infra.operations.scopes import scopes_of
from dazzle_infra.repository.branch import head_of
from dazzle_infra.repository.location import Repository, repository_of
from dazzle_infra.templates import require_git
from dazzle_infra.transaction import STATE, Write, apply, recover
from dazzle_infra.transaction.backup import own_lines
from dazzle_infra.transaction.backup_list import backups, owner_of
from dazzle_infra.transaction.relocate import Moves, check_moves
from dazzle_infra.transaction.state import next_backup_name
from dazzle_infra.values.placement import ANSWERS_FILE, Place
from dazzle_infra.values.trees import File, digest

__all__ = ["Applied", "carry_out", "clear_up", "settle_index"]


@dataclass(frozen=True)
class Applied:
    """The result of a run.

    Attributes:
        files: The number of files that were written or removed.
        backup: The backup with the previous files, relative to the project; None if nothing was done.
        git: The state of the files in git, by the place of each backend after the run.
    """

    files: int
    backup: str | None
    git: Mapping[Place, GitView] = field(default_factory=dict)


@dataclass(frozen=True)
class _Step:
    """The changes of one run below one root, checked and ready to be written."""

    root: Path
    plans: Sequence[Plan]
    writes: Sequence[Write]
    moves: Moves
    note: Mapping[str, Any]


def carry_out(project: Path, plans: Sequence[Plan], *, dry_run: bool = False, markers_only: bool = False) -> Applied:
    """Apply the change sets of all backends, with a backup.

    The changes below one root are atomic. All checks are made before anything is written.

    Args:
        project: The project's root.
        plans: The plans.
        dry_run: Whether to make all checks and write nothing.
        markers_only: Whether git's index is not changed, so that conflicts are markers in files, without unmerged
            entries.

    Raises:
        ConflictsLeftError: A file to be changed contains conflict markers.
        PreconditionError: A file changed after it was read, or cannot be written.
        DazzleInfraError: Two backends write one file.
    """
    groups = by_root(plans, lambda one: one.existing.root)
    run = secrets.token_hex(8) if len(groups) > 1 else None
    prepared = [_prepare(project, root, group, run, markers_only=markers_only) for root, group in groups]
    steps = [step for step in prepared if step is not None]
    if dry_run or not steps:
        return Applied(0, None)
    backup = None
    for step in steps:
        name = next_backup_name(step.root)
        apply(step.root, step.writes, backup=name, note=step.note, moves=step.moves)
        settle_index(step.root)
        for one in step.plans:
            if one.rendered:
                remember_files(step.root, one.existing.new_place, one.target.template, one.rendered)
        backup = backup or os.path.relpath(step.root / STATE / "backups" / name, project)
    run_after([one.hooks for one in plans])
    views = {one.existing.new_place: one.hooks.context.artifact(GitView) or GitView() for one in plans}
    return Applied(sum(len(step.writes) for step in steps), backup, views)


def _prepare(project: Path, root: Path, plans: Sequence[Plan], run: str | None, *, markers_only: bool) -> _Step | None:
    """Check the changes below one root and return them, or None if there are none."""
    writes, conflicts = [], {}
    for one in plans:
        writes += [_write(one.existing.place, change) for change in one.changes.changes if change.is_pending]
        writes += one.contributed
        for change in one.changes.of("conflict", "kept-edited"):
            conflicts[one.existing.new_place.at(change.path)] = change.stages
    pending = [(one.existing, change.path) for one in plans for change in one.changes.changes if change.is_pending]
    refuse_two_owners((existing.backend, root, existing.place.at(path)) for existing, path in pending)
    moves = [(one.existing.directory, one.existing.moves_to) for one in plans if one.existing.moves_to is not None]
    if not writes and not conflicts and not moves:
        return None
    _refuse_markers(plans)
    _refuse_left_out(plans)
    repository = repository_of(root)
    # Files in a submodule belong to another index, which is not changed.
    own = [one.existing.new_place for one in plans if _is_in(repository, root, one.existing.directory)]
    stages = {
        path: sides
        for path, sides in conflicts.items()
        if sides is not None and any(place.inside(path) is not None for place in own)
    }
    if markers_only:
        stages = {}
    if repository is not None and stages:
        repository.refuse_busy()
    check_moves(root, moves)
    note = {
        "kind": "update",
        "owner": owner_of(root, project),
        "run": run,
        "conflicts": sorted(conflicts),
        "kept": [one.existing.new_place.at(change.path) for one in plans for change in one.changes.of("kept-edited")],
        "index": index_entries(repository, stages) if repository is not None else [],
        "owed": unmerged_entries(repository, stages) if repository is not None else [],
        "result": {
            one.existing.new_place.at(change.path): digest(change.after.content)
            for one in plans
            for change in one.changes.changes
            if change.path == ANSWERS_FILE and change.after is not None
        },
        "appended": {write.path: own_lines(write) for one in plans for write in one.contributed},
    }
    return _Step(root, plans, writes, moves, note)


def clear_up(project: Path) -> list[str] | None:
    """Complete an interrupted run: restore the state before it, or write the index entries that are still missing.

    Returns:
        None if nothing was restored; else the files that were edited since and are not restored.
    """
    require_git()
    edited: list[str] | None = None
    for scope in scopes_of(project):
        left = recover(scope.root)
        settle_index(scope.root)
        if left is not None:
            edited = [*(edited or ()), *map(scope.shown, left)]
    return edited


def settle_index(root: Path) -> None:
    """Write the index entries that the newest run recorded: conflicts, or the entries before them.

    If another commit was checked out since, or the files were reset, nothing is written: the entries belong to the
    commit and the files of the run.
    """
    newest = backups(root)[-1:]
    repository = repository_of(root) if newest and newest[0].owed else None
    if repository is None:
        return
    now = head_of(root)
    is_update = newest[0].note.get("kind") == "update"
    if newest[0].head in (None, now) and (not is_update or newest[0].is_here(root, now)):
        change_index(repository, newest[0].owed)
        newest[0].mark()


def _is_in(repository: Repository | None, root: Path, directory: str) -> bool:
    found = repository_of(root / directory)
    return repository is not None and found is not None and found.root == repository.root


def _refuse_markers(plans: Sequence[Plan]) -> None:
    """Raise `ConflictsLeftError` if a file to be changed contains conflict markers, because they would be nested."""
    for one in plans:
        for change in one.changes.changes:
            before = change.before
            if before is not None and change.after not in (before, None) and has_conflict(before.content):
                path = one.existing.place.at(change.path)
                raise ConflictsLeftError(
                    f"{path} contains conflict markers, and the update would change it",
                    where=Where(file=path),
                    hint="resolve them, then run the command again",
                )


def _refuse_left_out(plans: Sequence[Plan]) -> None:
    """Raise `PreconditionError` if a file to be written is not in the work tree, because git would not commit it."""
    for one in plans:
        for path in one.changes.left_out:
            raise left_out_error(
                one.existing.place.at(path),
                one.existing.directory,
                "is left out by the sparse checkout, and the update would change it",
            )


def _write(place: Place, change: Change) -> Write:
    after = change.after
    file = None if after is None else File(after.content, 0o755 if after.mode == "100755" else 0o644)
    return Write(place.at(change.path), file, change.before.content if change.before is not None else None)
