"""The JSON Schema of dazzle.toml, for editors: `[infra]` closed and described, the rest open."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any

from pydantic import BaseModel

from dazzle_infra.answers.profiles import EnvironmentSettings
from dazzle_infra.manifest.tables import (
    DockerTable,
    EntryPointTable,
    InfraTable,
    OverrideTable,
    TerraformTable,
)
from dazzle_infra.manifest.words import KeyPath

__all__ = ["known_keys", "schema"]

_DESCRIBED: tuple[type[BaseModel], ...] = (
    DockerTable,
    EntryPointTable,
    EnvironmentSettings,
    InfraTable,
    OverrideTable,
    TerraformTable,
)
_OF_NEEDS = {
    "cache": "Whether answers of others and counters are kept in a cache.",
    "database": "Whether a PostgreSQL server is needed.",
    "ledger": "Whether a ledger is needed; nothing here makes one.",
    "llm": "Whether language models are called.",
    "mail": "Whether mail is sent.",
    "queue": "Whether work is queued.",
    "scheduler": "Whether something runs by the clock.",
    "search": "Whether full-text search is needed.",
    "storage": "Whether files are stored.",
    "tenancy": "Whether tenants are kept apart.",
    "webhooks": "Whether other systems call the application.",
    "worker": "Whether work runs outside the application's process.",
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the whole dazzle.toml."""
    infra = InfraTable.model_json_schema()
    definitions = infra.pop("$defs")
    for model in _DESCRIBED:
        _describe(infra if model is InfraTable else definitions[model.__name__], _attributes(model))
    overrides = infra["properties"]["overrides"]
    needed = overrides.pop("additionalProperties")
    overrides["properties"] = {
        need: {**needed, "description": _OF_NEEDS[need]} for need in overrides.pop("propertyNames")["enum"]
    }
    overrides["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dazzle.toml",
        "type": "object",
        "properties": {"infra": _plain(infra)},
        "$defs": _plain(definitions),
    }


@cache
def _schema() -> dict[str, Any]:
    return schema()


def known_keys(path: KeyPath) -> tuple[str, ...]:
    """Return the keys that the table at that path may have; none where it may have any."""
    whole = _schema()
    node = whole
    for part in path:
        node = _resolved(node, whole)
        node = node.get("properties", {}).get(part, node.get("additionalProperties"))
        if not isinstance(node, dict):
            return ()
    return tuple(_resolved(node, whole).get("properties", {}))


def _resolved(node: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = whole["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """Return what the `Attributes:` section of a model's docstring says of each field."""
    section = inspect.getdoc(model).partition("Attributes:\n")[2]  # type: ignore[union-attr]
    entries = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", section, flags=re.MULTILINE)
    return {model.model_fields[name].alias or name: " ".join(text.split()) for name, text in entries}


def _describe(table: dict[str, Any], descriptions: dict[str, str]) -> None:
    for name, node in table["properties"].items():
        if "description" not in node and name in descriptions:
            node["description"] = descriptions[name]
    table["description"] = table.get("description", "").partition("\n")[0]


def _plain(node: Any) -> Any:
    """Leave out what TOML does not have (null) and what only repeats: titles, and defaults that are empty or tables."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: value if key in ("default", "enum", "const") else _plain(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "default" and (value is None or value == [] or isinstance(value, dict)))
    }
    branches = [branch for branch in kept.get("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) == 1:
        del kept["anyOf"]
        return {**branches[0], **kept}
    return kept
