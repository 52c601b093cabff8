"""Evaluation of IAM policies: whether the statements of a policy allow an action on a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["actions_of", "allows", "statements_of"]

_OPERATORS = ("ArnEquals", "ForAnyValue:StringEquals", "StringEquals", "StringLike")


def allows(policy: Mapping[str, Any], action: str, resource: str, keys: Mapping[str, str]) -> bool:
    """Say whether a policy allows an action, with the condition keys of the request."""
    return any(
        _matches(one["Action"], action) and _matches(one["Resource"], resource) and _holds(one, keys)
        for one in statements_of(policy)
    )


def actions_of(policy: Mapping[str, Any]) -> set[str]:
    """Return the actions that a policy names."""
    return {action for one in statements_of(policy) for action in _listed(one["Action"])}


def statements_of(policy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the statements of a policy, all of which must allow something."""
    for one in _listed(policy["Statement"]):
        assert one["Effect"] == "Allow"
        yield one


def _holds(statement: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    conditions = statement.get("Condition", {})
    assert set(conditions) <= set(_OPERATORS), conditions
    return all(
        key in keys
        and (_matches(wanted, keys[key]) if operator in ("ArnEquals", "StringLike") else keys[key] in _listed(wanted))
        for operator, values in conditions.items()
        for key, wanted in values.items()
    )


def _matches(patterns: Any, value: str) -> bool:
    expressions = (
        "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
        for pattern in _listed(patterns)
    )
    return any(re.fullmatch(one, value) for one in expressions)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
