"""`update --all` and `check --all`: every application below a folder, in one table."""

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
from dazzle_infra.backends.many import Outcome, find_projects, update_many
from dazzle_infra.cli.choosing import refuse_one_for_many
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, error_document, note_branch, output_of
from dazzle_infra.errors import ExitCode, PreconditionError, UsageError

__all__ = ["run_many"]

_STYLES = {"conflicts": "bold red", "error": "bold red", "held back": "yellow", "pending": "yellow", "updated": "green"}
_WORST = (ExitCode.ERROR, ExitCode.USAGE, ExitCode.PRECONDITION, ExitCode.CONFLICTS, ExitCode.PENDING)
"""Exit codes, the worst first; the command's is that of the worst application."""

_reading = Lock()


def run_many(names: Sequence[str], options: Options, *, to: str | None = None, is_check: bool = False) -> int:
    """Update, or check, every application below a folder.

    Args:
        names: The folder, where it is not that of `--project`.
        options: The options; `--appspec` is a path relative to each application.
        to: A version, or `recorded`.
        is_check: Whether to write nothing, and to exit 3 for what is pending.
    """
    if len(names) > 1 or options.appspec == "-":
        what = "standard input" if options.appspec == "-" else ", ".join(names)
        raise UsageError(
            f"--all takes one folder, and a model of each application's own, not {what}",
            hint="name the folder that the applications are in; --appspec is relative to each of them",
        )
    root = (options.project / names[0]) if names else options.project
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder", hint="--all takes the folder that the applications are in")
    root = root.resolve()
    refuse_one_for_many(options.template, [one.name for one in backends()], "dazzle infra update -C FOLDER docker")
    output = output_of(options)
    projects = find_projects(root)
    gc.enable()  # a hundred applications leave behind what one does not
    with output.progress(f"{len(projects)} applications"):
        dry_run = options.dry_run or is_check
        outcomes = update_many(projects, lambda project: _load(project, options), to=to, dry_run=dry_run)
    if not outcomes:
        raise PreconditionError(
            f"no application below {root} has files of ours yet",
            code="not_made",
            hint="make them first: dazzle infra all, in the folder of a dazzle.toml",
        )
    for outcome in outcomes:
        for one in outcome.plans:
            note_branch(output, f"{_name(root, outcome)}: {one.existing.backend.name}", one.target.template)
    _print(output, root, outcomes)
    codes = {_exit_code(outcome, is_check=is_check) for outcome in outcomes}
    worst = next((code for code in _WORST if code in codes), ExitCode.OK)
    is_ok = worst in (ExitCode.OK, ExitCode.PENDING, ExitCode.CONFLICTS)
    output.document({"ok": is_ok, "applications": [_document(root, outcome) for outcome in outcomes]})
    return worst


def _load(project: Path, options: Options) -> Application:
    appspec = None if options.appspec is None else str(project / options.appspec)
    own = replace(options, project=project, appspec=appspec)
    if in_process_version() is None:
        return load(own)[0]
    with _reading:  # Dazzle's own parser is not made for threads
        return load(own)[0]


def _exit_code(outcome: Outcome, *, is_check: bool) -> ExitCode:
    """Return what the exit status of the same command would be for this application alone."""
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
    if counted["conflicts"]:
        output.line("where there are conflicts nothing was written; dazzle infra update -C FOLDER takes them up")


def _counted(count: int, kind: str) -> str:
    """Count applications in words: `2 updated`, but `2 with conflicts`."""
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
            kind = "held back"
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
            }
            for one in outcome.plans
        ],
        "error": None if error is None else error_document(error),
    }
