"""The reports of hooks at the end of a run: as text, as warnings on standard error, and in the JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from dazzle_infra.cli.output import Output
from dazzle_infra.hooks.running import HookRun, Report

__all__ = ["failed_hooks", "note_hooks", "note_packages", "print_hooks", "reports_document"]


def note_hooks(output: Output, backend: str, run: HookRun) -> None:
    """Print, on standard error, why hooks failed or did not run.

    Args:
        output: Where to print.
        backend: The backend's name.
        run: Its hooks.
    """
    for remark in run.selection.remarks():
        output.note(f"{backend}: {remark}")
    for report in run.reports:
        if report.is_fatal:
            output.failure(f"{backend}: hook {report.hook} {_says(report)}")
        elif not report.success:
            output.note(f"warning: {backend}: hook {report.hook} {_says(report)}")
        elif report.message:
            output.note(f"{backend}: hook {report.hook}: {report.message}")


def _says(report: Report) -> str:
    return report.message if report.has_failed else f"reports a problem: {report.message or 'no message'}"


def note_packages(output: Output, runs: Iterable[HookRun]) -> None:
    """Print, on standard error, one warning for each package whose hooks cannot be used."""
    for broken in {str(one): one for run in runs for one in run.selection.broken}:
        output.note(f"warning: {broken}")


def print_hooks(output: Output, reports: Sequence[Report]) -> None:
    """Print what hooks display, in their order."""
    shown = [report for report in reports if report.display]
    for report in shown:
        first, *others = report.display
        output.line(f"  {report.hook:<20}  {first}", hang=24)
        for line in others:
            output.line(f"  {'':<20}  {line}", hang=24)
    if shown:
        output.line()


def failed_hooks(runs: Iterable[HookRun]) -> bool:
    """Return whether the failure of a hook makes the exit code 1."""
    return any(report.is_fatal for run in runs for report in run.reports)


def reports_document(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """Return the JSON array of the hooks that reported something."""
    return [
        {
            "name": report.hook,
            "phase": report.phase,
            "success": report.success,
            "message": report.message,
            "display": list(report.display),
        }
        for report in reports
        if report.display or report.message or not report.success
    ]
