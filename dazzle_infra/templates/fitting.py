"""Fitting answers to a template version: fields that it does not know are removed."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["FieldPath", "Fitted", "Misfit", "fit", "is_tree"]

FieldPath = tuple[str, ...]
"""A question, followed by names of fields. An entry of a list is identified by its `name`, or its number from 1."""

_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "str": ((str,), "a text"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "bool": ((bool,), "true or false"),
    "null": ((type(None),), "nothing"),
}


@dataclass(frozen=True)
class Misfit:
    """A value that a version does not accept: a new value of an enumeration, or another type.

    Attributes:
        path: The field.
        value: The value.
        accepted: What the version accepts, in words.
    """

    path: FieldPath
    value: object
    accepted: str


@dataclass(frozen=True)
class Fitted:
    """Answers that are fitted to a version.

    Attributes:
        answers: A copy of the answers, without fields that the version does not know.
        unknown: The fields that were removed.
        misfits: The values that the version does not accept.
    """

    answers: dict[str, object]
    unknown: tuple[FieldPath, ...]
    misfits: tuple[Misfit, ...]


def fit(answers: Mapping[str, object], tree: Mapping[str, Any]) -> Fitted:
    """Fit answers to a tree of fields, at every depth.

    The result is a deep copy: a list that is used twice would be an anchor and an alias in the answers file.

    Args:
        answers: The answers by question. An answer to a question that the tree does not list is not changed.
        tree: The fields that the version knows, in the form of `answer-fields.yml` (see CONTRIBUTING.md).
    """
    unknown: list[FieldPath] = []
    misfits: list[Misfit] = []

    def fitted(value: object, node: Any, path: FieldPath) -> object:
        if node is None:
            return copy.deepcopy(value)
        if isinstance(node, Mapping) and isinstance(value, Mapping):
            kept = {}
            for key, item in value.items():
                if (part := node.get(key, node.get("*"))) is None:
                    unknown.append((*path, key))
                else:
                    kept[key] = fitted(item, part, (*path, key))
            return kept
        if isinstance(node, list) and isinstance(value, list | tuple):
            return [fitted(item, node[0], (*path, name)) for item, name in zip(value, _names(value), strict=True)]
        if not _accepts(node, value):
            misfits.append(Misfit(path, value, _accepted(node)))
        return copy.deepcopy(value)

    kept = {name: fitted(value, tree.get(name), (name,)) for name, value in answers.items()}
    return Fitted(kept, tuple(unknown), tuple(misfits))


def _names(entries: Sequence[object]) -> Iterator[str]:
    for number, entry in enumerate(entries, 1):
        yield str(entry["name"]) if isinstance(entry, Mapping) and "name" in entry else str(number)


def _accepts(node: Any, value: object) -> bool:
    if not isinstance(node, str):  # a record or a list is expected
        return value is None
    return any(_is_one(word, value) for word in node.split(" | "))


def _is_one(word: str, value: object) -> bool:
    if word not in _KINDS:
        return value == word
    # Python takes True for a number.
    return isinstance(value, _KINDS[word][0]) and (word == "bool" or not isinstance(value, bool))


def _accepted(node: Any) -> str:
    if not isinstance(node, str):
        return "a list" if isinstance(node, list) else "a mapping"
    return ", ".join(_KINDS[word][1] if word in _KINDS else word for word in node.split(" | "))


def is_tree(value: object) -> bool:
    """Return whether a value read from a file is a tree of fields."""
    return isinstance(value, Mapping) and all(isinstance(key, str) and _is_node(part) for key, part in value.items())


def _is_node(value: object) -> bool:
    if isinstance(value, list):
        return len(value) == 1 and _is_node(value[0])
    return isinstance(value, str) or is_tree(value)
