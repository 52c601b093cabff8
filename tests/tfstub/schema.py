"""Provider schemas: read from the JSON form of `terraform providers schema`, and written as providers send them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tests.tfstub.wire import embedded, numeric

__all__ = ["FOLDER", "Block", "ProviderSchema", "encode", "read_schema"]

FOLDER: Final = Path(__file__).parent / "schema"
"""The schemas that come with the stub, one file for each provider."""

Block = dict[str, Any]
"""A block as the JSON form has it: `attributes` and `block_types`, each by name."""

_NESTING: Final = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
_PLAN_DESTROY: Final = 2


@dataclass(frozen=True)
class ProviderSchema:
    """What a provider knows.

    Attributes:
        name: The last part of its source address, such as `aws`.
        version: The version that the schema was taken from.
        content: `provider`, `resource_schemas`, `data_source_schemas` and `ephemeral_resource_schemas`.
    """

    name: str
    version: str
    content: dict[str, Any]

    def blocks(self, kind: str) -> dict[str, Block]:
        """Return the blocks of a kind, such as `resource`, by type."""
        return {name: schema["block"] for name, schema in self.content.get(f"{kind}_schemas", {}).items()}

    def of(self, types: Collection[str]) -> ProviderSchema:
        """Return the schema with some of its types."""
        kinds = [key for key in self.content if key.endswith("_schemas")]
        chosen = {kind: {name: one for name, one in self.content[kind].items() if name in types} for kind in kinds}
        return replace(self, content={**self.content, **chosen})


def read_schema(path: Path) -> ProviderSchema:
    """Read a schema and mend what its recovery from language bindings has lost."""
    document = json.loads(gzip.decompress(path.read_bytes()))
    ((source, content),) = document["provider_schemas"].items()
    schema = ProviderSchema(source.rsplit("/", 1)[-1], document["x_version"], content)
    resources = schema.blocks("resource")
    _mend_firewall(resources)
    for kind in ("resource", "data_source", "ephemeral_resource"):
        for block in schema.blocks(kind).values():
            _drop_dynamic_in_sets(block, in_set=False)
    return schema


def _mend_firewall(resources: dict[str, Block]) -> None:
    """Give the rules of a firewall their `statement`, which the bindings know only as `any`."""
    rule = resources.get("aws_wafv2_web_acl_rule")
    if rule is None:
        return
    statement = {**rule["block_types"]["statement"], "min_items": 1, "max_items": 1}
    for name in ("aws_wafv2_rule_group", "aws_wafv2_web_acl"):
        block = resources[name]["block_types"]["rule"]["block"]
        block["attributes"].pop("statement")
        block["block_types"]["statement"] = statement


def _drop_dynamic_in_sets(block: Block, *, in_set: bool) -> None:
    """Drop attributes of any type inside sets, for which Terraform refuses a whole provider."""
    for name, attribute in list(block.get("attributes", {}).items()):
        if in_set and "dynamic" in json.dumps(attribute["type"]):
            del block["attributes"][name]
    for nested in block.get("block_types", {}).values():
        _drop_dynamic_in_sets(nested["block"], in_set=in_set or nested["nesting_mode"] == "set")


def encode(schema: ProviderSchema) -> bytes:
    """Encode the whole answer to `GetSchema`."""
    content = schema.content
    message = embedded(1, _schema(content.get("provider") or {"block": {}}))
    for number, kind in ((2, "resource"), (3, "data_source"), (8, "ephemeral_resource")):
        for name, one in sorted(content.get(f"{kind}_schemas", {}).items()):
            message += embedded(number, embedded(1, name) + embedded(2, _schema(one)))
    return message + embedded(6, numeric(_PLAN_DESTROY, 1))


def _schema(schema: dict[str, Any]) -> bytes:
    return numeric(1, schema.get("version", 0)) + embedded(2, _block(schema["block"]))


def _block(block: Block) -> bytes:
    message = b""
    for name, attribute in sorted(block.get("attributes", {}).items()):
        message += embedded(2, _attribute(name, attribute))
    for name, nested in sorted(block.get("block_types", {}).items()):
        message += embedded(
            3,
            embedded(1, name)
            + embedded(2, _block(nested["block"]))
            + numeric(3, _NESTING[nested["nesting_mode"]])
            + numeric(4, nested.get("min_items", 0))
            + numeric(5, nested.get("max_items", 0)),
        )
    return message


def _attribute(name: str, attribute: dict[str, Any]) -> bytes:
    return (
        embedded(1, name)
        + embedded(2, json.dumps(attribute["type"], separators=(",", ":")))
        + numeric(4, attribute.get("required", False))
        + numeric(5, attribute.get("optional", False))
        + numeric(6, attribute.get("computed", False))
        + numeric(7, attribute.get("sensitive", False))
        + numeric(10, attribute.get("write_only", False))
    )
