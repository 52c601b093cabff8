"""Printing what a plan means for resources: what the next apply destroys, renames or forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from dazzle_infra.cli.output import Output
from dazzle_infra.cli.printer import unbroken

if TYPE_CHECKING:
    from dazzle_infra.backends.impact import Impact, MovedAddress
    from dazzle_infra.values.placement import Place

__all__ = ["print_impact"]

Row = Callable[[str, str, str, str], None]
"""Prints one row: its kind, its text, a remark and a style."""


def print_impact(output: Output, impact: Impact, place: Place, row: Row) -> None:
    """Print the resources that the next apply destroys, renames or forgets, with a warning about those with data."""

    def roots(some: Sequence[str]) -> str:
        return ", ".join(unbroken(place.at(root)) for root in some)

    for text, where in _renames(impact.moved):
        row("renames", text, roots(where), "")
    for lost in impact.forgotten:
        row("forgets", lost.address, roots(lost.roots), "")
    for lost in impact.dropped:
        kind, style = ("destroys DATA", "bold red") if lost in impact.stateful else ("destroys", "yellow")
        row(kind, lost.address, roots(lost.roots), style)
    for path in impact.unknown:
        row("unreadable", unbroken(place.at(path)), "cannot determine its resources", "yellow")
    if impact.stateful:
        count = sum(len(lost.roots) for lost in impact.stateful)
        what = "resource that holds" if count == 1 else "resources that hold"
        output.note(
            f"the next apply would destroy {count} {what} data, marked DATA above: back up the data, or "
            "write moved or removed blocks before you apply; let removed blocks name whole modules, so that a bucket "
            "keeps its protection"
        )


def _renames(moved: Iterable[MovedAddress]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the renames as texts with their roots; resources that move with their module are counted."""
    modules: dict[tuple[str, str, tuple[str, ...]], list[MovedAddress]] = {}
    for one in moved:
        old, resource = _split(one.old)
        new, other = _split(one.new)
        # A resource that is renamed itself, or that is in no module, is a row of its own.
        key = (old, new, one.roots) if old and resource == other else (one.old, one.new, one.roots)
        modules.setdefault(key, []).append(one)
    rows = []
    for (old, new, where), some in modules.items():
        if len(some) == 1:
            old, new = some[0].old, some[0].new
        count = f" ({len(some)} resources)" if len(some) > 1 else ""
        rows.append((f"{old} → {new}{count}", where))
    return rows


def _split(address: str) -> tuple[str, str]:
    """Return the module of an address, and the resource, whose key may contain dots."""
    base, bracket, key = address.partition('["')
    words = base.rsplit(".", 2)
    module = words[0] if len(words) == 3 else ""
    return module, ".".join(words[-2:]) + bracket + key
