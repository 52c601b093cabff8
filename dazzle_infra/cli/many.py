"""The work of `update --all` and `check --all`: all applications below a folder, in one table."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from dazzle_infra.appspec.distribution import in_process_version
from dazzle_infra.backends import Application, backends
from dazzle_infra.cli.choosing import refuse_one_for_many
from dazzle_infra.cli.documents import identity_document
from dazzle_infra.cli.git_notes import missing_error, note_git_view, note_missing
from dazzle_infra.cli.hook_reports import failed_hooks, note_hooks, note_packages, print_hooks, reports_document
from dazzle_infra.cli.identity import note_replaced
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, error_document, note_branch, note_ignored, output_of
from dazzle_infra.cli.unusable import note_unusable_backends
from dazzle_infra.errors import ExitCode, PreconditionError, UsageError
from dazzle_infra.operations.many import Outcome, find_projects, update_many
from dazzle_infra.values.program import program

__all__ = ["run_many"]

_STYLES = {
    "conflicts": "bold red",
    "error": "bold red",
    "not applied": "yellow",
    "pending": "yellow",
    "updated": "green",
}
_WORST = (ExitCode.ERROR, ExitCode.USAGE, ExitCode.PRECONDITION, ExitCode.CONFLICTS, ExitCode.PENDING)
"""Exit codes, the worst first; the exit code of the command is the worst of all applications."""

_reading = Lock()


def run_many(
    names: Sequence[str],
    options: Options,
    *,
    to: str | None = None,
    is_check: bool = False,
    markers_only: bool = False,
) -> int:
    """Update, or check, every application below a folder.

    Args:
        names: The folder; none for that of `--project`.
        options: The options; `--appspec` is a path relative to each application.
        to: A version, or `recorded`.
        is_check: Whether to write nothing, and to exit 3 if changes are pending.
        markers_only: Whether to update applications with conflicts too, with conflict markers in their files and no
            unmerged entries in git's index.
    """
    if len(names) > 1 or options.appspec == "-":
        what = "standard input" if options.appspec == "-" else ", ".join(names)
        raise UsageError(
            f"--all takes one folder and reads the model of each application; it cannot use {what}",
            hint="name the folder that contains the applications; --appspec is relative to each of them",
        )
    root = (options.project / names[0]) if names else options.project
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder", hint="name the folder that contains the applications")
    root = root.resolve()
    refuse_one_for_many(options.template, [one.name for one in backends()], f"{program()} update -C FOLDER docker")
    output = output_of(options)
    note_unusable_backends(output)
    projects = find_projects(root)
    gc.enable()  # a hundred applications leave behind what one does not
    with output.progress(f"{len(projects)} applications"):
        dry_run = options.dry_run or is_check
        outcomes = update_many(
            projects,
            lambda project: _load(project, options),
            to=to,
            dry_run=dry_run,
            markers_only=markers_only,
            own_hooks_only=is_check,
        )
    if is_check:
        outcomes = [_without_missing(outcome) for outcome in outcomes]
    if not outcomes:
        raise PreconditionError(
            f"no application below {root} has generated files",
            code="not_made",
            hint=f'run "{program()} all" in the folder of an application first',
        )
    for outcome in outcomes:
        for one in outcome.plans:
            template, name = one.target.template, _name(root, outcome)
            note_branch(output, f"{name}: {one.existing.backend.name}", template)
            note_ignored(output, f"{template.source} {template.version}", one.target.ignored, f"{name}/")
            note_replaced(output, f"{name}: {one.existing.backend.name}", one.identity)
            if outcome.git:
                note_git_view(output, one.existing.backend, outcome.git[one.existing.new_place], name)
            note_hooks(output, f"{name}: {one.existing.backend.name}", one.hooks)
        if outcome.error is None:
            note_missing(output, outcome.project, outcome.plans)
    note_packages(output, [one.hooks for outcome in outcomes for one in outcome.plans])
    _print(output, root, outcomes)
    print_hooks(output, [report for outcome in outcomes for one in outcome.plans for report in one.hooks.reports])
    codes = {_exit_code(outcome, is_check=is_check) for outcome in outcomes}
    worst = next((code for code in _WORST if code in codes), ExitCode.OK)
    is_ok = worst in (ExitCode.OK, ExitCode.PENDING, ExitCode.CONFLICTS)
    output.document({"ok": is_ok, "applications": [_document(root, outcome) for outcome in outcomes]})
    return worst


def _without_missing(outcome: Outcome) -> Outcome:
    """Return an error for an application whose checkout lacks generated files because git ignores them."""
    error = missing_error(outcome.project, outcome.plans)
    return outcome if error is None else replace(outcome, kind="error", error=error)


def _load(project: Path, options: Options) -> Application:
    appspec = None if options.appspec is None else str(project / options.appspec)
    own = replace(options, project=project, appspec=appspec, quiet=True)
    if in_process_version() is None:
        return load(own)[0]
    with _reading:  # Dazzle's own parser is not made for threads
        return load(own)[0]


def _exit_code(outcome: Outcome, *, is_check: bool) -> ExitCode:
    """Return the exit status of the same command for this application alone."""
    if failed_hooks(one.hooks for one in outcome.plans):
        return ExitCode.ERROR
    return ExitCode.PENDING if is_check and outcome.kind in ("pending", "conflicts") else outcome.exit_code


def _name(root: Path, outcome: Outcome) -> str:
    return outcome.project.relative_to(root).as_posix()


def _print(output: Output, root: Path, outcomes: Sequence[Outcome]) -> None:
    rows = [row for outcome in outcomes for row in _rows(root, outcome)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for *cells, kind, detail in rows:
        text = "   ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        output.line(f"{text}   ", (kind, _STYLES.get(kind, "")), (f"   {detail}" if detail else "", "dim"))
    counted = Counter(outcome.kind for outcome in outcomes)
    output.line()
    output.line(", ".join(_counted(count, kind) for kind, count in sorted(counted.items())))
    if any(outcome.kind == "conflicts" and outcome.files for outcome in outcomes):
        output.line("the files with conflicts contain conflict markers; git's index is unchanged")
    elif counted["conflicts"]:
        output.line(f"applications with conflicts were not changed; run {program()} update -C FOLDER for each")


def _counted(count: int, kind: str) -> str:
    """Return a count of applications as text: `2 updated`, `2 with conflicts`."""
    return f"{count} {'with ' if kind == 'conflicts' else ''}{kind}{'s' if kind == 'error' and count > 1 else ''}"


def _rows(root: Path, outcome: Outcome) -> list[tuple[str, str, str, str, str]]:
    """Return the cells of one application: itself, backend, versions, outcome, detail."""
    name = _name(root, outcome)
    if outcome.error is not None:
        place = f" ({outcome.error.where})" if outcome.error.where else ""
        return [(name, "", "", outcome.kind, f"{outcome.error.message}{place}")]
    rows: list[tuple[str, str, str, str, str]] = []
    for one in outcome.plans:
        old, new = one.existing.template.version, one.target.template.version
        conflicts = [change.path for change in one.changes.of("conflict", "kept-edited")]
        kind: str = outcome.kind if one.is_pending or conflicts else "up to date"
        if kind == "conflicts" and not conflicts:
            kind = "not applied"
        versions = f"{old} → {new}" if one.moves_template else old
        rows.append((name, one.existing.backend.name, versions, kind, ", ".join(conflicts)))
    return rows


def _document(root: Path, outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    return {
        "path": _name(root, outcome),
        "outcome": outcome.kind,
        "applied": outcome.files > 0,
        "backup": outcome.backup,
        "backends": [
            {
                "name": one.existing.backend.name,
                "directory": one.existing.directory,
                "template": {
                    "source": one.target.template.source,
                    "from": one.existing.template.version,
                    "to": one.target.template.version,
                },
                "conflicts": [change.path for change in one.changes.of("conflict", "kept-edited")],
                **identity_document(one.identity),
                "hooks": reports_document(one.hooks.reports),
            }
            for one in outcome.plans
        ],
        "error": None if error is None else error_document(error),
    }
