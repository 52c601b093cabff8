"""The work of `template check`."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.cli.output import Output
from dazzle_infra.contract import Checked, Result, check_template
from dazzle_infra.errors import ExitCode

__all__ = ["run_template_check"]

_STYLES = {"ok": "green", "note": "yellow", "failed": "bold red", "skipped": "yellow"}
_SHOWN = 10


def run_template_check(folder: Path, name: str | None, output: Output, *, with_tools: bool) -> int:
    """Check a fork against the contract and print the findings; return 1 if it breaks the contract."""
    with output.progress("rendering the samples with this and earlier releases"):
        checked = check_template(folder, name, with_tools=with_tools)
    _print_heading(output, checked)
    for one in checked.results:
        _print_result(output, one)
    output.line()
    output.line("all checks passed" if checked.holds else "some checks failed")
    output.document(
        {
            "ok": checked.holds,
            "template": {
                "name": checked.name,
                "path": str(checked.folder),
                "commit": checked.head,
                "dirty": checked.is_dirty,
                "upstream": checked.upstream,
            },
            "results": [_result(one) for one in checked.results],
        }
    )
    return ExitCode.OK if checked.holds else ExitCode.ERROR


def _print_heading(output: Output, checked: Checked) -> None:
    commit = checked.head[:12] if checked.head else "no repository"
    state = " with uncommitted changes" if checked.head and checked.is_dirty else ""
    base = f" · based on {checked.name} {checked.upstream}" if checked.upstream else ""
    output.line((str(checked.folder), "bold"), f" · {commit}{state}{base}")
    output.line()


def _print_result(output: Output, one: Result) -> None:
    output.line("  ", (f"{one.status:<8} ", _STYLES[one.status]), f"{one.check:<24} ", (one.detail, "dim"))
    for finding in one.findings[:_SHOWN]:
        output.line(" " * 11, f"{finding.where}: " if finding.where else "", finding.message)
        if finding.hint:
            output.line(" " * 13, (finding.hint, "dim"))
    if len(one.findings) > _SHOWN:
        output.line(" " * 11, (f"(+{len(one.findings) - _SHOWN} more; --json shows all)", "dim"))


def _result(one: Result) -> dict[str, object]:
    return {
        "check": one.check,
        "status": one.status,
        "detail": one.detail,
        "findings": [
            {"message": finding.message, "where": finding.where or None, "hint": finding.hint or None}
            for finding in one.findings
        ],
    }
