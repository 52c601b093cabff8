"""How a plan is printed: what changes, why, and as a diff."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dazzle_infra.backends import AnswerChange, Plan
from dazzle_infra.cli.output import Output
from dazzle_infra.engine import Change
from dazzle_infra.templates.changelog import notes_between

if TYPE_CHECKING:
    from dazzle_infra.addresses import Addresses

__all__ = ["describe", "print_diff", "print_plan", "print_stat"]

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
_NAMED = 6
_SECRET = "(its lines are secrets)"  # noqa: S105 - a remark


def print_plan(output: Output, one: Plan) -> None:
    """Print the heading, the answers that change, and the class of each file."""
    old, new = one.existing.template, one.target.template
    moves = one.moves_template and old.version != new.version
    versions = f"{old.version} → {new.version}" if moves else old.version
    state = "" if one.is_pending else "   up to date"
    output.line((f"{one.existing.backend.name:<11} ", "bold"), versions, (state, "dim"))
    if old.source != new.source:
        output.line(f"  template      {old.source} → {new.source}")
    for note in notes_between(new, old.version) if one.moves_template else ():
        output.line(("  note          ", "bold"), note.replace("\n", "\n" + " " * 16))
    for answer in one.answers:
        output.line(f"  {describe(answer, whole=output.verbose)}", (f"   {answer.because}", "dim"))
    for change in one.changes.changes:
        where = f"{change.from_path} → {change.path}" if change.from_path else change.path
        style = _STYLES.get(change.kind, "")
        output.line(
            "  ", (f"{change.kind:<13} ", style), where, (f"   {change.detail}" if change.detail else "", "dim")
        )
    for write in one.contributed:
        kind = "added" if write.before is None else "updated"
        output.line(f"  {kind:<13} {write.path.removeprefix(one.existing.directory + '/')}", (f"   {_SECRET}", "dim"))
    for folder in one.kept:
        output.line(f"  kept          {folder.path}   first {folder.advice}, then --retire {folder.name}")
    if one.addresses is not None:
        _print_addresses(output, one.addresses)
    for edit in one.edited:
        to = f" → {edit.to}" if edit.to else ""
        output.line((f"  {edit.state} by you: {edit.path}{to}", "dim"))


def _print_addresses(output: Output, addresses: Addresses) -> None:
    """Print what the next apply destroys, renames or lets go, and warn before what holds data."""
    for moved in addresses.moved:
        output.line(f"  renames       {moved.old} → {moved.new}", (f"   {', '.join(moved.roots)}", "dim"))
    for lost in addresses.forgotten:
        output.line(f"  lets go of    {lost.address}", (f"   {', '.join(lost.roots)}", "dim"))
    for lost in addresses.dropped:
        kind = ("  destroys DATA ", "bold red") if lost in addresses.stateful else ("  destroys      ", "yellow")
        output.line(kind, lost.address, (f"   {', '.join(lost.roots)}", "dim"))
    for path in addresses.unknown:
        output.line(("  unreadable    ", "yellow"), f"{path}   what it manages is not known")
    if addresses.stateful:
        output.note(
            f"the next apply would destroy {len(addresses.stateful)} resources that hold data, marked DATA above: "
            "back them up, or write moved or removed blocks before you apply"
        )


def describe(answer: AnswerChange, *, whole: bool = False) -> str:
    """Say what becomes of an answer; of a list, which of its entries come, go and change.

    Args:
        answer: What changes.
        whole: Whether to leave nothing out, however long it is.
    """
    if isinstance(answer.before, list) and isinstance(answer.after, list) and _are_named(answer):
        return f"{answer.name}: {_entries(answer.before, answer.after, whole=whole)}"
    before, after = _short(answer.before, whole=whole), _short(answer.after, whole=whole)
    return f"{answer.name}: {f'{before} → {after}' if before != after else 'changed'}"


def _are_named(answer: AnswerChange) -> bool:
    """Say whether each entry has a name of its own; the words of a command are in an order, and have none."""
    return not answer.name.endswith("_command") and all(
        len({_name(entry) for entry in entries}) == len(entries)
        for entries in (answer.before, answer.after)
        if isinstance(entries, list)
    )


def _entries(before: Sequence[object], after: Sequence[object], *, whole: bool) -> str:
    """Name what comes, goes and is changed; of many the first few."""
    old, new = ({_name(entry): entry for entry in entries} for entries in (before, after))
    come = [f"+ {name}" for name in new if name not in old]
    gone = [f"- {name}" for name in old if name not in new]
    other = [f"{name} changed" for name in new if name in old and old[name] != new[name]]
    said = [*come, *gone, *other]
    shown = said if whole else said[:_NAMED]
    more = f" and {len(said) - len(shown)} more" if len(said) > len(shown) else ""
    return ", ".join(shown) + more if said else "in another order"


def _name(entry: object) -> str:
    return str(entry.get("name", entry)) if isinstance(entry, dict) else str(entry)


def _short(value: object, *, whole: bool) -> str:
    """Write an answer, in a few characters unless it is wanted whole."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return "none" if value is None else text if whole or len(text) <= 30 else f"{text[:29]}…"


def print_stat(output: Output, one: Plan) -> None:
    """Print how many lines each file gains and loses."""
    for change in one.changes.changes:
        lines = list(_diff(change))[2:]
        plus = sum(line.startswith("+") for line in lines)
        minus = sum(line.startswith("-") for line in lines)
        if plus or minus:
            output.line(f"  {change.path}   ", (f"+{plus}", "green"), " ", (f"-{minus}", "red"))


def print_diff(output: Output, one: Plan) -> None:
    """Print the unified diff of every file."""
    for change in one.changes.changes:
        for line in _diff(change):
            style = "green" if line.startswith("+") else "red" if line.startswith("-") else ""
            output.line((line, style))


def _diff(change: Change) -> Iterator[str]:
    if not change.is_pending:
        return
    sides = [blob.content if blob is not None else b"" for blob in (change.before, change.after)]
    if any(b"\0" in side for side in sides):
        yield f"binary file {change.path} differs"
        return
    old, new = (side.decode(errors="replace").splitlines() for side in sides)
    before = "/dev/null" if change.before is None else f"a/{change.path}"
    after = "/dev/null" if change.after is None else f"b/{change.path}"
    yield from difflib.unified_diff(old, new, before, after, lineterm="")
