"""The work of `status`, which prints versions, edits and unresolved conflicts without reading the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dazzle_infra.cli.documents import template_document
from dazzle_infra.cli.git_notes import rules_document
from dazzle_infra.cli.loading import load_project
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.cli.printer import unbroken
from dazzle_infra.errors import ExitCode
from dazzle_infra.operations.conflicts import left_files, open_conflicts
from dazzle_infra.operations.scopes import refuse_leftovers, scopes_of
from dazzle_infra.operations.status import Status, statuses
from dazzle_infra.transaction.backup_list import kept_files

__all__ = ["run_status"]

_COLUMN = 16


def run_status(options: Options) -> int:
    """Print the version, the edits and the open conflicts of each backend; paths are relative to the project."""
    output = output_of(options)
    project = load_project(options)
    refuse_leftovers(project.project)
    found = statuses(project)
    files = [path for scope in scopes_of(project.project) for path in kept_files(scope.root, scope.owner)]
    conflicts = set(open_conflicts(project.project))
    for one in found:
        conflicts.update(left_files(one.existing))
    inside: set[str] = set()
    for one in found:
        place = one.existing.place
        output.line(
            (f"{one.existing.backend.name:<11} ", "bold"),
            f"{unbroken(str(place))}   {unbroken(one.existing.template.version)}",
            hang=12,
        )
        for edit in one.edited:
            to = f" → {unbroken(place.at(edit.to))}" if edit.to else ""
            output.line(f"  {edit.state:<13} {unbroken(place.at(edit.path))}{to}", hang=_COLUMN)
        for path, rule in one.missing.items():
            why = f"   ignored by git and never committed ({rule})"
            output.line(f"  {'missing':<13} {unbroken(place.at(path))}", (why, "dim"), hang=_COLUMN)
        for path in _kept(files, one):
            output.line(f"  kept          {unbroken(place.at(path))}", hang=_COLUMN)
        for path in sorted(path for path in conflicts if place.inside(path) is not None):
            inside.add(path)
            output.line(("  conflict      ", "red"), unbroken(path), hang=_COLUMN)
    for path in sorted(conflicts - inside):
        output.line(("  conflict      ", "red"), unbroken(path), hang=_COLUMN)
    output.document(
        {
            "backends": [_document(files, one) for one in found],
            "conflicts": sorted(conflicts),
        }
    )
    return ExitCode.OK


def _kept(files: Sequence[str], one: Status) -> list[str]:
    """Return the files and folders that were dropped and that the user kept, relative to the backend's directory."""
    own = [name for path in files if (name := one.existing.place.inside(path)) is not None]
    return sorted([*own, *(dropped.path for dropped in one.dropped)])


def _document(files: Sequence[str], one: Status) -> dict[str, Any]:
    return {
        "name": one.existing.backend.name,
        "directory": one.existing.directory,
        "template": template_document(one.existing.template, one.existing.template),
        "edited": [{"path": edit.path, "state": edit.state, "to": edit.to} for edit in one.edited],
        "missing": rules_document(one.missing),
        "kept": _kept(files, one),
    }
