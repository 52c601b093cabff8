"""What the end-to-end tests measure, and the table of it: docs/docker-measured.md contains one of a quiet machine."""

from __future__ import annotations

import time
from collections.abc import Iterable

__all__ = ["AFTER_KILL", "COLUMN", "EDIT", "FIRST", "IMAGE", "WARM", "measured", "report", "seconds_since"]

FIRST, EDIT, COLUMN, AFTER_KILL, WARM, IMAGE = (
    "first start",
    "edit until served",
    "edit until column",
    "start after a killed database",
    "warm start",
    "image, base",
)
"""The columns of the table; other measurements are lines below it."""

_COLUMNS = (FIRST, EDIT, COLUMN, AFTER_KILL, WARM, IMAGE)
_FOUND: list[tuple[str, str, str]] = []


def measured(stack: str, what: str, value: str) -> None:
    """Note a value of a stack."""
    _FOUND.append((stack, what, value))


def seconds_since(began: float) -> str:
    """Return the time since a value of `time.monotonic`."""
    return f"{time.monotonic() - began:.1f} s"


def report() -> list[str]:
    """Return the lines of a table in Markdown with a row for each stack, and of a list of what is no column."""
    stacks = list(dict.fromkeys(stack for stack, what, _ in _FOUND if what in _COLUMNS))
    rows = [[stack, *(_cell(stack, column) for column in _COLUMNS)] for stack in stacks]
    others = [f"- {stack}: {what}: {value}" for stack, what, value in _FOUND if what not in _COLUMNS]
    return [_row(["stack", *_COLUMNS]), _row(["---"] * (len(_COLUMNS) + 1)), *map(_row, rows), "", *others]


def _cell(stack: str, column: str) -> str:
    return ", ".join(value for one, what, value in _FOUND if (one, what) == (stack, column))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
