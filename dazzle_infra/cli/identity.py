"""Printing the identifying values of existing resources that are kept, shortened or changed."""

from __future__ import annotations

from collections.abc import Iterable

from dazzle_infra.backends.identity import Kept
from dazzle_infra.cli.output import Output
from dazzle_infra.operations.identity import Identity
from dazzle_infra.values.documentation import documentation
from dazzle_infra.values.program import program
from dazzle_infra.values.words import shorten

__all__ = ["note_replaced", "print_identity", "print_kept", "warn_of_replaced"]

_LONGEST = 80


def print_identity(output: Output, identity: Identity) -> None:
    """Print the values that are kept, then the resources that are replaced, with a warning."""
    print_kept(output, identity.kept)
    for one in identity.replaced:
        kind = ("  replaces DATA ", "bold red") if one.holds_data else ("  replaces      ", "yellow")
        what = one.answer if one.entry is None else f"{one.entry}: {one.key}"
        output.line(kind, f"{what} {one.before} → {one.after}", (f"   {one.consequence}", "dim"), hang=16)


def print_kept(output: Output, kept: Iterable[Kept]) -> None:
    """Print each value that differs from dazzle.toml, with the reason and how to change it."""
    for group in _alike(kept):
        one = group[0]
        stated = f"{one.source} is {shorten(one.stated, _LONGEST)!r}" + (f" ({one.where})" if one.where else "")
        if one.is_cut:
            output.line(
                f"  {one.answer}: {one.value}", (f"   {stated}, cut to {len(one.value)} characters", "dim"), hang=4
            )
            continue
        names = ", ".join(other.entry for other in group if other.entry is not None)
        what = f"{one.answer}: {names}: {'keep' if len(group) > 1 else 'keeps'}" if names else f"{one.answer}: keeps"
        output.line(f"  {what} the recorded {one.key or 'name'} {one.value!r}; {stated}", hang=4)
        command = f"{program()} update {' '.join(other.option for other in group)}"
        statement = one.statement.replace(f".env.{one.entry}]", ".env.NAME]") if len(group) > 1 else one.statement
        act = f"{statement}, or {command}" if statement else command
        output.line((f"                to change it: {act}; {one.effect}", "dim"), hang=16)


def _alike(kept: Iterable[Kept]) -> list[list[Kept]]:
    """Return the values in groups for one line each, such as several environments with one region."""
    groups: dict[tuple[str, str | None, str, str], list[Kept]] = {}
    for one in kept:
        groups.setdefault((one.answer, one.key, one.value, one.stated), []).append(one)
    return list(groups.values())


def note_replaced(output: Output, name: str, identity: Identity) -> None:
    """Print the replaced resources of one of many applications on standard error.

    Args:
        output: The output of the command.
        name: The application and the backend.
        identity: The values that are kept and changed.
    """
    for one in identity.replaced:
        what = one.answer if one.entry is None else f"{one.entry}: {one.key}"
        output.note(f"{name}: replaces {what} {one.before} → {one.after}: {one.consequence}")


def warn_of_replaced(output: Output, name: str, identity: Identity) -> None:
    """Print a warning on standard error if existing resources are replaced.

    Args:
        output: The output of the command.
        name: The name of the backend.
        identity: The values that are kept and changed.
    """
    if identity.destroys_data:
        output.note(
            f"{name}: the update replaces what is marked DATA above; back up the data before you start or apply the "
            f"new files; {documentation('docs/updating.md')} describes how to move it"
        )
