"""The work of `undo`, and of `update` with `--continue`, `--abort`, `--restore` or `--repair`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dazzle_infra.cli.choosing import named_backends
from dazzle_infra.cli.git_notes import note_git_view, view_document
from dazzle_infra.cli.loading import load, project_of
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.errors import ExitCode
from dazzle_infra.operations.answers_copies import refresh_copies
from dazzle_infra.operations.conflicts import refuse_open_conflicts
from dazzle_infra.operations.repair import repair
from dazzle_infra.operations.restore import restore
from dazzle_infra.operations.revert import abort, finish, undo
from dazzle_infra.operations.scopes import scopes_of
from dazzle_infra.operations.update import Applied
from dazzle_infra.transaction.backup_list import kept_files

__all__ = ["run_abort", "run_continue", "run_repair", "run_restore", "run_undo"]


def run_repair(names: Sequence[str], options: Options) -> int:
    """Restore answers files that are missing, broken or edited by hand."""
    output = output_of(options)
    application, _ = load(options)
    clear_up_first(output, application.project)
    repaired = [
        done for one in named_backends(names, application.manifest) if (done := repair(application, one)) is not None
    ]
    for done in repaired:
        output.line(f"{done.path}: {done.origin}")
    if not repaired:
        output.line("no answers file needs repair")
    output.document({"repaired": [{"path": done.path, "origin": done.origin} for done in repaired]})
    return ExitCode.OK


def run_restore(paths: Sequence[str], options: Options) -> int:
    """Restore missing generated files."""
    output = output_of(options)
    application, _ = load(options)
    clear_up_first(output, application.project)
    refuse_open_conflicts(application.project)
    restored, view = restore(application, paths)
    note_git_view(output, None, view)
    output.line(f"restored: {', '.join(restored)}")
    output.document({"restored": restored, **view_document(view)})
    return ExitCode.OK


def run_continue(options: Options) -> int:
    """Mark the conflicts of the last update as resolved."""
    output = output_of(options)
    project = project_of(options)
    clear_up_first(output, project)
    paths = finish(project)
    dropped = {scope.shown(path) for scope in scopes_of(project) for path in kept_files(scope.root, scope.owner)}
    kept = [path for path in paths if path in dropped]
    if resolved := [path for path in paths if path not in dropped]:
        output.line(f"resolved: {', '.join(resolved)}")
    if kept:
        output.line(f"kept: {', '.join(kept)}   no longer generated; delete what you do not need")
    output.document({"resolved": list(paths), "kept": kept})
    return ExitCode.OK


def run_abort(options: Options) -> int:
    """Revert an update with conflicts."""
    project = project_of(options)
    clear_up_first(output_of(options), project)
    return _taken_back(options, project, abort(project))


def run_undo(options: Options) -> int:
    """Revert the last update."""
    project = project_of(options)
    return _taken_back(options, project, undo(project))


def _taken_back(options: Options, project: Path, applied: Applied) -> int:
    for scope in scopes_of(project):
        refresh_copies(scope.root)
    output = output_of(options)
    count = f"{applied.files} file{'s' if applied.files != 1 else ''}"
    output.line(f"{count} restored; the replaced versions are in {applied.backup}")
    output.document({"applied": applied.files > 0, "backup": applied.backup})
    return ExitCode.OK
