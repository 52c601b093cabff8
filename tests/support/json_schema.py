"""A validator for the part of JSON Schema that our schemas use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "string": str,
}
KEYWORDS = {
    *("$ref", "additionalProperties", "anyOf", "const", "default", "description", "enum", "items", "maxLength"),
    *("maximum", "minItems", "minLength", "minimum", "multipleOf", "pattern", "properties", "required", "type"),
}
"""What `mistakes` knows; what it does not know it does not check."""


def mistakes(value: Any, node: dict[str, Any], schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """Yield where a value breaks a node of a schema."""
    kind = node.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
        yield f"{place} is no {kind}"
        return
    for keyword, rule in node.items():
        match keyword:
            case "$ref":
                yield from mistakes(value, schema["$defs"][rule.rpartition("/")[2]], schema, place)
            case "anyOf":
                if all(any(mistakes(value, branch, schema, place)) for branch in rule):
                    yield f"{place} is nothing of {rule}"
            case "items":
                for index, entry in enumerate(value):
                    yield from mistakes(entry, rule, schema, f"{place}[{index}]")
            case "properties":
                for key in sorted(rule.keys() & value.keys()):
                    yield from mistakes(value[key], rule[key], schema, f"{place}.{key}")
            case "additionalProperties":
                for key in sorted(value.keys() - node.get("properties", {}).keys()):
                    if rule is False:
                        yield f"{place} has {key}"
                    elif rule is not True:
                        yield from mistakes(value[key], rule, schema, f"{place}.{key}")
            case _:
                if _breaks(value, keyword, rule):
                    yield f"{place} breaks {keyword} {rule}"


def _breaks(value: Any, keyword: str, rule: Any) -> bool:
    match keyword:
        case "enum":
            return value not in rule
        case "const":
            return bool(value != rule)
        case "pattern":
            # `$` of ECMAScript is the end alone, that of Python also stands before a last newline.
            return re.search(rule.removesuffix("$") + r"\Z", value) is None
        case "minLength" | "minItems":
            return bool(len(value) < rule)
        case "maxLength":
            return bool(len(value) > rule)
        case "minimum":
            return bool(value < rule)
        case "maximum":
            return bool(value > rule)
        case "multipleOf":
            return bool(value % rule)
        case "required":
            return not set(rule) <= value.keys()
        case _:
            return False
