"""Descriptions of changes of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.operations.answer_changes import AnswerChange

__all__ = ["describe", "described"]

_NAMED = 6


def described(answer: AnswerChange, *, whole: bool = False) -> list[tuple[str, str]]:
    """Return the lines that describe a change, each with the source of the new value.

    A list of tables has a line for each difference, any other answer has one line.

    Args:
        answer: The change.
        whole: Whether long values and lists are not shortened.
    """
    if not answer.differences:
        return [(describe(answer, whole=whole), answer.because)]
    shown = answer.differences if whole else answer.differences[:_NAMED]
    lines = [(f"{answer.name}: {_difference(one, whole=whole)}", one.because) for one in shown]
    left = len(answer.differences) - len(shown)
    return [*lines, (f"{answer.name}: (+{left} more)", "--verbose shows all")] if left else lines


def describe(answer: AnswerChange, *, whole: bool = False) -> str:
    """Describe a change on one line; for a list, name the entries that are added, removed and changed.

    Args:
        answer: The change.
        whole: Whether long values and lists are not shortened.
    """
    if answer.differences:
        return f"{answer.name}: {_first([_difference(one, whole=whole) for one in answer.differences], whole=whole)}"
    if isinstance(answer.before, list) and isinstance(answer.after, list) and _are_named(answer):
        return f"{answer.name}: {_entries(answer.before, answer.after, whole=whole)}"
    if isinstance(answer.before, dict) and isinstance(answer.after, dict):
        return f"{answer.name}: {_first(_keys(answer.before, answer.after, whole=whole), whole=whole)}"
    return f"{answer.name}: {_changed(answer.before, answer.after, whole=whole)}"


def _difference(one: Difference, *, whole: bool) -> str:
    if one.key is None:
        return f"{'-' if one.after is None else '+'} {one.entry}"
    return f"{one.entry}: {one.key} {_changed(one.before, one.after, whole=whole)}"


def _changed(before: object, after: object, *, whole: bool) -> str:
    old, new = _short(before, whole=whole), _short(after, whole=whole)
    return f"{old} → {new}" if old != new else "changed"


def _keys(before: Mapping[str, object], after: Mapping[str, object], *, whole: bool) -> list[str]:
    """Name the keys that are added, removed and changed, with the new and the changed values."""
    come = [f"+ {key} {_short(after[key], whole=whole)}" for key in after if key not in before]
    gone = [f"- {key}" for key in before if key not in after]
    both = [key for key in after if key in before and before[key] != after[key]]
    other = [f"{key} {_changed(before[key], after[key], whole=whole)}" for key in both]
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
    shown = said if whole else said[:_NAMED]
    more = f" (+{len(said) - len(shown)} more)" if len(said) > len(shown) else ""
    return ", ".join(shown) + more


def _name(entry: object) -> str:
    return str(entry.get("name", entry)) if isinstance(entry, dict) else str(entry)


def _short(value: object, *, whole: bool) -> str:
    """Return an answer as text, with at most 30 characters unless `whole` is set."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "none" if value is None else "''" if value == "" else str(value)
    return text if whole or len(text) <= 30 else f"{text[:29]}…"
