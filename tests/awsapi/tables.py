"""The tables of `resources`, and what is wrong with them themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from tests.awsapi.members import paths, structure
from tests.awsapi.models import input_of, operations, shape
from tests.tfstub.schema import FOLDER, Block, read_schema

__all__ = ["mistakes", "tables"]

_RESOURCES: Final = Path(__file__).parent / "resources"


@cache
def tables() -> dict[str, Any]:
    """Return the table of each resource type."""
    loaded = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(_RESOURCES.glob("*.yaml"))]
    return {kind: table for group in loaded for kind, table in group.items()}


def mistakes() -> Iterator[str]:
    """Yield the members, and the arguments of the provider, that a table names and that there are not."""
    blocks = read_schema(FOLDER / "aws.json.gz").blocks("resource")
    for kind, table in tables().items():
        for name in (*table.get("provider", ()), *table.get("computed", ())):
            yield from _argument(blocks[kind], name, kind)
        for name, members in table["requests"].items():
            service, operation = name.split(".")
            if operation not in operations(service):
                yield f"{kind}: {service} has no operation {operation}"
                continue
            yield from _members(service, input_of(service, operation), members, f"{kind}: {name}")
            for path in paths(members):
                yield from _argument(blocks[kind], path, f"{kind}: {name}")


def _members(service: str, name: str, members: dict[str, Any], place: str) -> Iterator[str]:
    known = shape(service, name)
    if known["type"] == "list":
        known = shape(service, known["member"]["shape"])
    if known["type"] != "structure":
        return
    for member, part in members.items():
        if member not in known["members"]:
            yield f"{place} has no member {member}"
        elif (inner := structure(part)) is not None:
            yield from _members(service, known["members"][member]["shape"], inner, f"{place}.{member}")


def _argument(block: Block, path: str, place: str) -> Iterator[str]:
    found: Any = block
    for key in path.split("."):
        inner = found.get("block_types", {}).get(key)
        if inner is None and key not in found.get("attributes", {}):
            yield f"{place}: the provider has no argument {path}"
            return
        found = inner["block"] if inner else {}
