"""Descriptions of changes of answers."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.operations.answer_changes import AnswerChange

__all__ = ["describe", "described"]

_NAMED = 6
_LONGEST = 110
"""The longest list of changes on one line, in characters."""


def described(answer: AnswerChange, *, whole: bool = False) -> list[tuple[str, str]]:
    """Return the lines that describe a change, each with the source of the new value.

    A list of tables has a line for each difference, any other answer has one line.

    Args:
        answer: The change.
        whole: Whether long values and lists are not shortened.
    """
    if not answer.differences:
        return [(describe(answer, whole=whole), answer.because)]
    lines = [
        (f"{answer.name}: {text}", one.because) for one in answer.differences for text in _difference(one, whole=whole)
    ]
    shown = lines if whole else lines[:_NAMED]
    left = len(lines) - len(shown)
    return [*shown, (f"{answer.name}: (+{left} more)", "--verbose shows all")] if left else shown


def describe(answer: AnswerChange, *, whole: bool = False) -> str:
    """Describe a change on one line; for a list, name the entries that are added, removed and changed.

    Args:
        answer: The change.
        whole: Whether long values and lists are not shortened.
    """
    if answer.differences:
        told = [text for one in answer.differences for text in _difference(one, whole=whole)]
        return f"{answer.name}: {_first(told, whole=whole)}"
    if isinstance(answer.before, list) and isinstance(answer.after, list) and _are_named(answer):
        return f"{answer.name}: {_entries(answer.before, answer.after, whole=whole)}"
    if isinstance(answer.before, dict) and isinstance(answer.after, dict):
        return f"{answer.name}: {_first(_keys(answer.before, answer.after, whole=whole), whole=whole)}"
    before, after = _line(answer.name, answer.before), _line(answer.name, answer.after)
    return f"{answer.name}: {_changed(before, after, whole=whole)}"


def _difference(one: Difference, *, whole: bool) -> list[str]:
    """Describe a difference, with a text for each field of it that changes."""
    if one.key is None:
        return [f"{'-' if one.after is None else '+'} {one.entry}"]
    return [f"{one.entry}: {text}" for text in _fields(one.key, one.before, one.after, whole=whole)]


def _fields(path: str, before: object, after: object, *, whole: bool) -> list[str]:
    """Describe the change of a value at a path; of tables, also those of a list, only the fields that change."""
    old, new = _by_key(before), _by_key(after)
    if old is None or new is None:
        return [f"{path} {_changed(_line(path, before), _line(path, after), whole=whole)}"]
    told: list[str] = []
    for key in {**new, **old}:
        if isinstance(before, list) and (key not in old or key not in new):
            told.append(f"{path} {'-' if key in old else '+'} {key}")
        elif old.get(key) != new.get(key):
            told += _fields(f"{path}.{key}", old.get(key), new.get(key), whole=whole)
    return told or [f"{path} order changed"]


def _by_key(value: object) -> Mapping[str, object] | None:
    """Return a table, or a list of named tables by their names; None for any other value and for an empty one."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and "name" in one for one in value):
        named = {str(one["name"]): one for one in value}
        return named if len(named) == len(value) else None
    return value if isinstance(value, dict) and value else None


def _line(name: str, value: object) -> object:
    """Return a command as one line, and any other value unchanged."""
    return shlex.join(map(str, value)) if name.endswith("command") and isinstance(value, list) else value


def _changed(before: object, after: object, *, whole: bool) -> str:
    old, new = _short(before, whole=whole), _short(after, whole=whole)
    return f"{old} → {new}" if old != new else "changed"


def _keys(before: Mapping[str, object], after: Mapping[str, object], *, whole: bool) -> list[str]:
    """Name the keys that are added, removed and changed, with the new and the changed values."""
    come = [f"+ {key} {_short(after[key], whole=whole)}" for key in after if key not in before]
    gone = [f"- {key}" for key in before if key not in after]
    both = [key for key in after if key in before and before[key] != after[key]]
    other = [text for key in both for text in _fields(key, before[key], after[key], whole=whole)]
    return [*come, *gone, *other] or ["order changed"]


def _are_named(answer: AnswerChange) -> bool:
    """Return whether each entry has a unique name. The words of a command are ordered and have no names."""
    return not answer.name.endswith("_command") and all(
        len({_name(entry) for entry in entries}) == len(entries)
        for entries in (answer.before, answer.after)
        if isinstance(entries, list)
    )


def _entries(before: Sequence[object], after: Sequence[object], *, whole: bool) -> str:
    """Name the entries that are added, removed and changed; only the first few unless `whole` is set."""
    old, new = ({_name(entry): entry for entry in entries} for entries in (before, after))
    come = [f"+ {name}" for name in new if name not in old]
    gone = [f"- {name}" for name in old if name not in new]
    other = [f"{name} changed" for name in new if name in old and old[name] != new[name]]
    said = [*come, *gone, *other]
    return _first(said, whole=whole) if said else "order changed"


def _first(said: Sequence[str], *, whole: bool) -> str:
    """Join descriptions; unless `whole` is set, only the first few, so many as fit a line, but at least one."""
    shown = list(said if whole else said[:_NAMED])
    while len(shown) > 1 and not whole and len(", ".join(shown)) > _LONGEST:
        shown.pop()
    more = f" (+{len(said) - len(shown)} more)" if len(said) > len(shown) else ""
    return ", ".join(shown) + more


def _name(entry: object) -> str:
    return str(entry.get("name", entry)) if isinstance(entry, dict) else str(entry)


def _short(value: object, *, whole: bool) -> str:
    """Return an answer as text, with at most 30 characters unless `whole` is set."""
    text = "''" if value == "" else _plain(value)
    return text if whole or len(text) <= 30 else f"{text[:29]}…"


def _plain(value: object) -> str:
    """Return a value as text: a list by its entries, and a table by its fields, whatever language reads them."""
    if isinstance(value, list | tuple):
        return (
            ", ".join(_plain(one.get("name", one)) if isinstance(one, dict) else _plain(one) for one in value) or "none"
        )
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items()) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
