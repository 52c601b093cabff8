"""Conversion of Dazzle's messages about a model to errors."""

from __future__ import annotations

import re
from collections.abc import Callable

from dazzle_infra.errors import AppSpecError, Where

__all__ = ["model_error", "one_line"]

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_PREFIX = re.compile(r"^\s*Error(?: loading spec)?:\s*")
_PLACE = re.compile(
    r"^(?P<file>[^\n]+?\.dsl):(?P<line>\d+):(?P<column>\d+)(?: in module [^\n]*)?(?:\n|$)", re.MULTILINE
)
_SNIPPET = re.compile(r"^\s*(?:>?\s*\d+\s*\||\|?\s*\^+\s*$)")
_LONGEST = 600
_HINT = "`dazzle validate` reports the same error, and `dazzle lint` more"


def model_error(text: str, *, locate: Callable[[str], str], name: str = "dazzle.toml") -> AppSpecError:
    """Return the error for a message of Dazzle about a model, with the DSL file and line if it names them.

    Args:
        text: The message, as Dazzle prints it.
        locate: Makes the path of a DSL file relative to the project.
        name: The file that the error refers to if Dazzle names none.
    """
    text = _PREFIX.sub("", _CONTROL.sub(" ", _ESCAPES.sub("", text)))
    place = _PLACE.search(text)
    if place is None:
        return AppSpecError(one_line(text) or "Dazzle gave no reason", where=Where(name), hint=_HINT)
    what = one_line(text[place.end() :]) or one_line(text[: place.start()]) or "the DSL cannot be parsed"
    where = Where(locate(place["file"]), int(place["line"]))
    return AppSpecError(f"{what} (column {place['column']})", where=where, hint=_HINT)


def one_line(text: str) -> str:
    """Join the lines of a message, without quoted source code and tracebacks; cut it at `_LONGEST` characters."""
    if "Traceback (most recent call last)" in text:
        text = text.rstrip().rpartition("\n")[2]
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _SNIPPET.match(line)]
    joined = ""
    for line in lines:
        separator = " " if not joined or joined.endswith((":", ".", ",")) else "; "
        joined += separator + line.removeprefix("- ").removeprefix("ERROR: ")
    joined = joined.strip().rstrip(". ")
    return joined if len(joined) <= _LONGEST else f"{joined[:_LONGEST]}…"
