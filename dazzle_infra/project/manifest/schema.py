"""The JSON Schema of dazzle.toml, for editors: `[infra]` closed and described, the rest open."""

from __future__ import annotations

from functools import cache
from typing import Any

from dazzle_infra.project.manifest.backend_tables import BackendTables, infra_model
from dazzle_infra.values.words import KeyPath

__all__ = ["known_keys", "schema"]


def schema(tables: BackendTables) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the whole dazzle.toml.

    Args:
        tables: The tables that the backends bring.
    """
    # The rules of the needs import the model, which commands that only read dazzle.toml do not load.
    from dazzle_infra.requirements.needs import NEEDS

    infra = infra_model(tables).model_json_schema()
    definitions = infra.pop("$defs")
    for table in (infra, *definitions.values()):
        table["description"] = table.get("description", "").partition("\n")[0]
    overrides = infra["properties"]["overrides"]
    needed = overrides.pop("additionalProperties")
    overrides["properties"] = {record.name: {**needed, "description": record.summary} for record in NEEDS}
    overrides["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dazzle.toml",
        "type": "object",
        "properties": {"infra": _plain(infra)},
        "$defs": _plain(definitions),
    }


@cache
def _schema(tables: BackendTables) -> dict[str, Any]:
    return schema(tables)


def known_keys(path: KeyPath, tables: BackendTables) -> tuple[str, ...]:
    """Return the keys that the table at that path may have; none where it may have any."""
    whole = _schema(tables)
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
        and not (key == "default" and (value in (None, "", []) or isinstance(value, dict)))
    }
    branches = [branch for branch in kept.get("anyOf", ()) if branch != {"type": "null"}]
    if len(branches) == 1:
        del kept["anyOf"]
        return {**branches[0], **kept}
    return kept
