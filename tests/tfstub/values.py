"""What plan and apply share: the provider's settings, and how values are looked into."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.tfstub.schema import Block
from tests.tfstub.wire import UNKNOWN

__all__ = ["Context", "digest", "has_unknown", "known", "nested"]


@dataclass
class Context:
    """Which provider speaks, and what its `provider` block says."""

    provider: str
    settings: dict[str, Any] = field(default_factory=dict)

    def region(self, resource: dict[str, Any] | None = None) -> str:
        """Return the region of a resource: its own, else the provider's."""
        for place in (resource or {}, self.settings):
            if isinstance(place.get("region"), str) and place["region"]:
                return str(place["region"])
        return "us-east-1"

    def default_tags(self) -> dict[str, str]:
        """Return the tags that every resource gets."""
        blocks = self.settings.get("default_tags") or []
        return {key: value for block in blocks for key, value in (block.get("tags") or {}).items()}


def digest(*parts: object, length: int = 17) -> str:
    """Return hexadecimal digits that depend on the parts alone."""
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:length]


def has_unknown(value: Any) -> bool:
    """Say whether the value, or anything in it, is unknown."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return value is UNKNOWN


def known(value: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that are wholly known."""
    return {key: part for key, part in value.items() if not has_unknown(part)}


def nested(block_type: dict[str, Any], value: Any, change: Callable[[Block, Any, object], Any]) -> Any:
    """Return the value of nested blocks with each of them changed; the last argument is its index or key."""
    if value is None or value is UNKNOWN:
        return value
    block: Block = block_type["block"]
    match block_type["nesting_mode"]:
        case "single" | "group":
            return change(block, value, None)
        case "map":
            return {key: change(block, part, key) for key, part in value.items()}
        case _:
            return [change(block, part, index) for index, part in enumerate(value)]
