"""Printing a plan: its changes with reasons, its statistics, and its diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from dazzle_infra.cli.answers import described
from dazzle_infra.cli.identity import print_identity
from dazzle_infra.cli.impact import print_impact
from dazzle_infra.cli.output import Output
from dazzle_infra.cli.printer import unbroken
from dazzle_infra.merging.changes import Change
from dazzle_infra.operations.plan import Plan
from dazzle_infra.templates.changelog import changelog_between, changelog_lines, notes_between

if TYPE_CHECKING:
    from dazzle_infra.values.placement import Place

__all__ = ["print_answers", "print_changelog", "print_diff", "print_plan", "print_stat"]

_STYLES = {
    "added": "green",
    "conflict": "bold red",
    "kept-deleted": "yellow",
    "kept-edited": "bold yellow",
    "merged": "green",
    "moved": "green",
    "removed": "red",
    "updated": "green",
}
_COLUMN = 16
"""The column of paths, addresses and notes."""

_EDIT_LINES = 20
"""Limit of the printed lines of one edit."""

_SECRET = "(contents are secret)"  # noqa: S105 - a remark


def print_plan(output: Output, one: Plan, *, with_changelog: bool = False) -> None:
    """Print the heading, the answers that change, and the class of each file; paths are relative to the project."""
    old, new = one.existing.template, one.target.template
    moves = one.moves_template and old.version != new.version
    versions = f"{old.version} → {new.version}" if moves else old.version
    state = "" if one.is_pending else "   up to date"
    output.line((f"{one.existing.backend.name:<11} ", "bold"), unbroken(versions), (state, "dim"))
    if one.existing.moves_to is not None:
        _row(output, "moves", f"{unbroken(one.existing.directory)} → {unbroken(one.existing.moves_to)}")
    if old.source != new.source:
        _row(output, "template", f"{old.source} → {new.source}")
    if with_changelog and one.moves_template:
        print_changelog(output, one)
    for note in notes_between(new, old.version) if one.moves_template else ():
        for number, line in enumerate(note.splitlines()):
            _row(output, "" if number else "note", line, style="bold")
    print_answers(output, one)
    place = one.existing.new_place
    for change in one.changes.changes:
        where = unbroken(place.at(change.path))
        if change.from_path:
            where = f"{unbroken(place.at(change.from_path))} → {where}"
        _row(output, change.kind, where, change.detail, style=_STYLES.get(change.kind, ""))
        if change.replaced_by:
            _print_former_edit(output, change, place)
    for write in one.contributed:
        path = unbroken(place.at(one.existing.place.inside(write.path) or write.path))
        _row(
            output,
            "added" if write.before is None else "updated",
            path,
            _SECRET if write.is_private else "",
            style="green",
        )
    for left in one.kept:
        advice = f"first {unbroken(left.advice)}, then --retire {left.name}"
        _row(output, "kept", unbroken(place.at(left.path)), advice)
    for text in one.remains:
        _row(output, "stays", text)
    print_identity(output, one.identity)
    if one.impact is not None:
        print_impact(output, one.impact, place, partial(_row, output))
    for edit in one.edited:
        to = f" → {unbroken(place.at(edit.to))}" if edit.to else ""
        output.line((f"  {edit.state} by you: {unbroken(place.at(edit.path))}{to}", "dim"), hang=_COLUMN)


def print_changelog(output: Output, one: Plan) -> None:
    """Print the section of the template's CHANGELOG for each version after the recorded one."""
    for version, text in changelog_between(one.target.template, one.existing.template.version).items():
        output.line((f"  {version}", "bold"))
        for line in changelog_lines(text):
            is_entry = line.startswith(("- ", "* "))
            output.line((f"    {line}", "dim" if is_entry else ""), hang=6 if is_entry else 4)


def print_answers(output: Output, one: Plan) -> None:
    """Print the changes of answers; internal changes only with `--verbose`."""
    shown = [answer for answer in one.answers if output.verbose or not answer.is_internal]
    for answer in shown:
        for text, because in described(answer, whole=output.verbose):
            output.line(f"  {text}", (f"   {because}", "dim"), hang=4)
    if hidden := len(one.answers) - len(shown):
        what = "internal answer" if hidden == 1 else "internal answers"
        output.line((f"  (+{hidden} {what}; --verbose shows all)", "dim"), hang=4)


def _row(output: Output, kind: str, text: str, detail: str = "", style: str = "") -> None:
    output.line("  ", (f"{kind:<13} ", style), text, (f"   {detail}" if detail else "", "dim"), hang=_COLUMN)


def _print_former_edit(output: Output, change: Change, place: Place) -> None:
    """Print the edit of a file that the template replaced by another one, and where it belongs now."""
    _row(output, "", f"move the edit to {unbroken(place.at(change.replaced_by))}, then delete the file:")
    former = change.stages.base if change.stages is not None else None
    if former is None or change.before is None:
        return
    old, new = (blob.content.decode(errors="replace").splitlines() for blob in (former, change.before))
    found = difflib.unified_diff(old, new, n=0, lineterm="")
    lines = [line for line in found if not line.startswith(("---", "+++"))]
    for line in lines[:_EDIT_LINES]:
        style = "green" if line.startswith("+") else "red" if line.startswith("-") else ""
        output.verbatim((" " * _COLUMN + line, style))
    if len(lines) > _EDIT_LINES:
        _row(output, "", f"(+{len(lines) - _EDIT_LINES} lines)")


def print_stat(output: Output, one: Plan) -> None:
    """Print the numbers of added and removed lines of each file."""
    for change in one.changes.changes:
        lines = list(_diff(change, one.existing.place))[2:]
        plus = sum(line.startswith("+") for line in lines)
        minus = sum(line.startswith("-") for line in lines)
        if plus or minus:
            where = unbroken(one.existing.place.at(change.path))
            output.line(f"  {where}   ", (f"+{plus}", "green"), " ", (f"-{minus}", "red"), hang=4)


def print_diff(output: Output, one: Plan) -> None:
    """Print the unified diff of every file, with paths relative to the project."""
    for change in one.changes.changes:
        for line in _diff(change, one.existing.place):
            style = "green" if line.startswith("+") else "red" if line.startswith("-") else ""
            output.verbatim((line, style))


def _diff(change: Change, place: Place) -> Iterator[str]:
    if not change.is_pending:
        return
    path = place.at(change.path)
    sides = [blob.content if blob is not None else b"" for blob in (change.before, change.after)]
    if any(b"\0" in side for side in sides):
        yield f"binary file {path} differs"
        return
    old, new = (side.decode(errors="replace").splitlines() for side in sides)
    before = "/dev/null" if change.before is None else f"a/{path}"
    after = "/dev/null" if change.after is None else f"b/{path}"
    yield from difflib.unified_diff(old, new, before, after, lineterm="")
