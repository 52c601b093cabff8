"""From what is wrong with a manifest to one error that a person can act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dazzle_infra.errors import ManifestError
from dazzle_infra.manifest.document import Document
from dazzle_infra.manifest.rules import RefusedError, Rule
from dazzle_infra.manifest.schema import known_keys
from dazzle_infra.manifest.words import KeyPath, nearest, number, quoted, shorten, shown, written

__all__ = ["Problem", "broken", "manifest_error", "missing", "problems_of"]

_TABLES: tuple[KeyPath, ...] = (("infra",), ("infra", "docker"), ("infra", "terraform"))
"""Where a key may have been meant to stand."""

_TABLE = "a table"
_EXPECTED = {
    "bool_type": "true or false",
    "dict_type": _TABLE,
    "float_type": "a number",
    "int_type": "a whole number",
    "model_type": _TABLE,
    "string_type": "a string",
    "tuple_type": "a list",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        path: The key.
        says: What is wrong with it, as the rest of a sentence that begins with the key.
        hint: What to do, or None.
        table: Whether the key is that of a table.
        absent: Whether the key is not there.
    """

    path: KeyPath
    says: str
    hint: str | None = None
    table: bool = False
    absent: bool = False


def manifest_error(problems: Iterable[Problem], document: Document) -> ManifestError:
    """Return the error for the first of the problems by line; it says how many more there are.

    What is absent comes last: a key that is spelled wrongly is two problems, and the spelling is the one to tell.
    """
    placed = [(document.where(problem.path, table=problem.table), problem) for problem in problems]
    placed.sort(key=lambda pair: (pair[1].absent, pair[0].line or 0))
    where, first = placed[0]
    more = {0: "", 1: " (and 1 more mistake)"}.get(len(placed) - 1, f" (and {len(placed) - 1} more mistakes)")
    return ManifestError(f"{where.key}{first.says}{more}", where=where, hint=first.hint)


def missing(path: KeyPath) -> Problem:
    """Return the problem of a key that has to be there."""
    return Problem(path, " is missing", absent=True)


def broken(rule: Rule, value: str, path: KeyPath, *, table: bool = False) -> Iterator[Problem]:
    """Yield the problem where a value breaks a rule."""
    try:
        rule.check(value)
    except RefusedError as refused:
        yield Problem(path, f" {refused.says}", refused.hint, table)


def problems_of(error: ValidationError, root: KeyPath) -> list[Problem]:
    """Return what pydantic found, in our words; `root` is the path of what was validated."""
    return [_problem(details, root) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, root: KeyPath) -> Problem:
    problem = _explained(details, (*root, *details["loc"]))
    if not isinstance(problem.path[-1], int):
        return problem
    value = details["input"]
    entry = quoted(value) if isinstance(value, str) else shown(value)
    return replace(problem, says=f": {entry}{problem.says.removeprefix(':')}")


def _explained(details: ErrorDetails, path: KeyPath) -> Problem:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(path)
    if path[-1] == "[key]":
        return _unknown(path[:-1])
    if kind == "missing":
        return missing(path)
    if kind == "literal_error":
        return _choice(path, value, context["expected"])
    if kind in _EXPECTED:
        expected = _EXPECTED[kind]
        says = f" must be {expected}{_found(path, value)}"
        return Problem(path, says, _conversion(expected, value), table=expected == _TABLE)
    refused = context.get("error")
    if isinstance(refused, RefusedError):
        return Problem(path, f" {refused.says}", refused.hint)
    if refused is not None:
        return Problem(path, f": {shorten(str(refused), 300)}", table=isinstance(value, dict))
    return Problem(path, f" {details['msg'].replace('Input should be', 'must be')}{_found(path, value)}")


def _found(path: KeyPath, value: Any) -> str:
    """Say what was found, unless it is an entry of a list, which the message begins with."""
    return "" if isinstance(path[-1], int) else f"; found {shown(value)}"


def _unknown(path: KeyPath) -> Problem:
    known = known_keys(path[:-1])
    elsewhere = next((table for table in _TABLES if path[-1] in known_keys(table)), None)
    if elsewhere is not None:
        return Problem(path, f" is not a key that I know; did you mean {written((*elsewhere, path[-1]))}?")
    near = nearest(str(path[-1]), known)
    if near is not None:
        return Problem(path, f" is not a key that I know; did you mean {near}?")
    return Problem(
        path, " is not a key that I know", f"the keys of {written(path[:-1], table=True)} are {', '.join(known)}"
    )


def _choice(path: KeyPath, value: Any, expected: str) -> Problem:
    """Pydantic gives the choices as a text: `'docker' or 'terraform'`."""
    choices = expected.replace(" or ", ", ").replace("'", "").split(", ")
    hint = (
        f"it is one of {', '.join(map(quoted, choices))}"
        if len(choices) > 1
        else f"only {quoted(choices[0])} is supported"
    )
    if not isinstance(value, str):
        return Problem(path, f" must be a string{_found(path, value)}", hint)
    near = nearest(value, choices)
    guess = f"; did you mean {quoted(near)}?" if near else ""
    subject = "" if isinstance(path[-1], int) else f": {quoted(value)}"
    return Problem(path, f"{subject} is not one that I know{guess}", hint)


def _conversion(expected: str, value: Any) -> str | None:
    """Say how to write what was probably meant."""
    if expected == "true or false" and isinstance(value, str):
        return "write true or false, without quotation marks"
    if expected == "a string" and isinstance(value, bool | int | float):
        return f'write it in quotation marks: "{number(value).lower()}"'
    if expected == "a list" and isinstance(value, str):
        return f"write [{quoted(value)}]"
    if expected == "a whole number" and isinstance(value, str):
        return "write it without quotation marks"
    return None
