"""`undo`, and `update` with `--continue`, `--abort`, `--restore` or `--repair`: what follows an update."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dazzle_infra.backends.repair import refresh_copies, repair
from dazzle_infra.backends.restore import restore
from dazzle_infra.backends.update import Applied, abort, finish, refuse_open_conflicts, undo
from dazzle_infra.cli.choosing import named_backends
from dazzle_infra.cli.loading import load, project_of
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.errors import ExitCode

__all__ = ["run_abort", "run_continue", "run_repair", "run_restore", "run_undo"]


def run_repair(names: Sequence[str], options: Options) -> int:
    """Restore answers files that are missing, broken or edited by hand."""
    output = output_of(options)
    application, _ = load(options)
    clear_up_first(output, application.project)
    repaired = [done for one in named_backends(names) if (done := repair(application, one)) is not None]
    for done in repaired:
        output.line(f"{done.path}: {done.origin}")
    if not repaired:
        output.line("no answers file needs repair")
    output.document({"repaired": [{"path": done.path, "origin": done.origin} for done in repaired]})
    return ExitCode.OK


def run_restore(paths: Sequence[str], options: Options) -> int:
    """Bring back files that a person deleted."""
    output = output_of(options)
    application, _ = load(options)
    clear_up_first(output, application.project)
    refuse_open_conflicts(application.project)
    restored = restore(application, paths)
    output.line(f"brought back: {', '.join(restored)}")
    output.document({"restored": restored})
    return ExitCode.OK


def run_continue(options: Options) -> int:
    """Declare the conflicts of the last update resolved."""
    output = output_of(options)
    project = project_of(options)
    clear_up_first(output, project)
    paths = finish(project)
    output.line(f"resolved: {', '.join(paths)}")
    output.document({"resolved": list(paths)})
    return ExitCode.OK


def run_abort(options: Options) -> int:
    """Take back an update that left conflicts."""
    project = project_of(options)
    clear_up_first(output_of(options), project)
    return _taken_back(options, project, abort(project))


def run_undo(options: Options) -> int:
    """Take back the last update."""
    project = project_of(options)
    return _taken_back(options, project, undo(project))


def _taken_back(options: Options, project: Path, applied: Applied) -> int:
    refresh_copies(project)
    output = output_of(options)
    output.line(f"{applied.files} files are as they were; what was replaced is in {applied.backup}")
    output.document({"applied": applied.files > 0, "backup": applied.backup})
    return ExitCode.OK
