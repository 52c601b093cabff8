"""The one data source that computes something: an IAM policy as JSON."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["document"]

_LISTS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)


def document(planned: dict[str, Any]) -> dict[str, Any]:
    """Return an `aws_iam_policy_document` with its JSON."""
    statements: list[Any] = []
    for source in planned.get("source_policy_documents") or []:
        found = json.loads(source).get("Statement", [])
        statements += found if isinstance(found, list) else [found]
    statements += [_statement(one) for one in planned.get("statement") or []]
    version = planned["version"] if isinstance(planned.get("version"), str) else "2012-10-17"
    policy = {"Version": version, "Statement": statements}
    compact = json.dumps(policy, separators=(",", ":"))
    return {**planned, "version": version, "json": json.dumps(policy, indent=2), "minified_json": compact}


def _statement(block: dict[str, Any]) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": block["sid"]} if block.get("sid") else {}
    statement["Effect"] = block["effect"] if isinstance(block.get("effect"), str) else "Allow"
    for key, name in _LISTS:
        if block.get(key):
            statement[name] = _one_or_all(block[key])
    for key, name in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if block.get(key):
            statement[name] = _principals(block[key])
    conditions: dict[str, dict[str, Any]] = {}
    for condition in block.get("condition") or []:
        conditions.setdefault(condition["test"], {})[condition["variable"]] = _one_or_all(condition["values"])
    return {**statement, "Condition": conditions} if conditions else statement


def _principals(blocks: list[dict[str, Any]]) -> Any:
    found: dict[str, list[str]] = {}
    for block in blocks:
        if block["type"] == "*" and block["identifiers"] == ["*"]:
            return "*"
        found.setdefault(block["type"], []).extend(block["identifiers"])
    return {kind: _one_or_all(identifiers) for kind, identifiers in found.items()}


def _one_or_all(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)
