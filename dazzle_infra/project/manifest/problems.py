"""Turns the mistakes in a manifest into one error with a location and a hint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from dazzle_infra.errors import ManifestError
from dazzle_infra.project.manifest.backend_tables import BackendTables
from dazzle_infra.project.manifest.document import Document
from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.schema import known_keys
from dazzle_infra.values.rules import RefusedError, Rule
from dazzle_infra.values.words import KeyPath, nearest, number, quoted, shorten, shown, written

__all__ = ["Problem", "broken", "check_tables", "manifest_error", "missing", "problems_of"]

_DAZZLES = ("project", "modules", "storage", "auth", "tenant", "llm")
"""Tables of Dazzle's that are read here."""

_TEXTS = ("name", "version", "framework_version")
"""Keys of `[project]` that are read here."""

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


def manifest_error(problems: Iterable[Problem], document: Document) -> ManifestError:
    """Return the error for the first of the problems by line; it states how many more there are.

    Absent keys come last: a misspelled key is two problems, and the spelling is the useful one.
    """
    placed = [(document.where(problem.path, table=problem.table), problem) for problem in problems]
    placed.sort(key=lambda pair: (pair[1].absent, pair[0].line or 0))
    where, first = placed[0]
    more = {0: "", 1: " (and 1 more mistake)"}.get(len(placed) - 1, f" (and {len(placed) - 1} more mistakes)")
    message = first.says if first.is_whole else f"{where.key}{first.says}"
    return ManifestError(f"{message}{more}", where=where, hint=first.hint)


def missing(path: KeyPath) -> Problem:
    """Return the problem of a required key that is not set."""
    return Problem(path, " is missing", absent=True)


def broken(rule: Rule, value: str, path: KeyPath, *, table: bool = False) -> Iterator[Problem]:
    """Yield the problem where a value breaks a rule."""
    try:
        rule.check(value)
    except RefusedError as refused:
        yield Problem(path, f" {refused.says}", refused.hint, table)


def check_tables(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problem of each of Dazzle's tables and keys of another type: it would be ignored silently."""
    for name in _DAZZLES:
        value = data.get(name, {})
        if not isinstance(value, dict):
            yield Problem((name,), f" must be a table; found {shown(value)}", f"write [{name}], and its keys below it")
    project = data.get("project")
    texts = {key: project.get(key, "") for key in _TEXTS} if isinstance(project, dict) else {}
    for key, value in texts.items():
        if not isinstance(value, str):
            yield Problem(("project", key), f" must be a string; found {shown(value)}", _conversion("a string", value))


def problems_of(error: ValidationError, root: KeyPath, tables: BackendTables) -> list[Problem]:
    """Convert the errors of pydantic.

    Args:
        error: The errors.
        root: The path of the validated table.
        tables: The tables that the backends bring; an unknown key may be a key of another table.
    """
    return [_problem(details, root, tables) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, root: KeyPath, tables: BackendTables) -> Problem:
    problem = _explained(details, (*root, *details["loc"]), tables)
    if not isinstance(problem.path[-1], int):
        return problem
    value = details["input"]
    entry = quoted(value) if isinstance(value, str) else shown(value)
    return replace(problem, says=f": {entry}{problem.says.removeprefix(':').removeprefix(f' {value!r}')}")


def _explained(details: ErrorDetails, path: KeyPath, tables: BackendTables) -> Problem:
    kind, value, context = details["type"], details["input"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(path, tables)
    if path[-1] == "[key]":
        return _unknown(path[:-1], tables)
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
    """Describe the value that was found; an entry of a list is already named at the start of the message."""
    return "" if isinstance(path[-1], int) else f"; found {shown(value)}"


def _unknown(path: KeyPath, tables: BackendTables) -> Problem:
    table, key = path[:-1], str(path[-1])
    message = f"unknown key {quoted(key)} in {written(table, table=True)}"
    known = known_keys(table, tables)
    searched: tuple[KeyPath, ...] = (("infra",), *(("infra", name) for name in tables.names))
    elsewhere = next((other for other in searched if key in known_keys(other, tables)), None)
    if elsewhere is not None:
        guess, hint = written((*elsewhere, key)), None
    elif near := nearest(key, known):
        guess, hint = quoted(near), None
    else:
        guess, hint = "", f"the keys of {written(table, table=True)} are {', '.join(known)}"
    return Problem(path, f"{message}; did you mean {guess}?" if guess else message, hint, is_whole=True)


def _choice(path: KeyPath, value: Any, expected: str) -> Problem:
    """Parse the choices that pydantic gives as a text: `'amd64' or 'arm64'`."""
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
    return Problem(path, f"{subject} is not supported{guess}", hint)


def _conversion(expected: str, value: Any) -> str | None:
    """Suggest the spelling that was probably meant."""
    if expected == "true or false" and isinstance(value, str):
        return "write true or false, without quotation marks"
    if expected == "a string" and isinstance(value, bool | int | float):
        return f'write it in quotation marks: "{number(value).lower()}"'
    if expected == "a list" and isinstance(value, str):
        return f"write [{quoted(value)}]"
    if expected == "a whole number" and isinstance(value, str):
        return "write it without quotation marks"
    return None
