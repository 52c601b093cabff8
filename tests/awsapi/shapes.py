"""A value held against a shape of a service's model."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Any

from tests.awsapi.models import shape
from tests.awsapi.patterns import matches

__all__ = ["problems"]


def problems(service: str, name: str, value: Any, place: str) -> Iterator[str]:
    """Yield what a service refuses in a value, with the place of each problem in the request."""
    known = shape(service, name)
    kind = known["type"]
    if kind == "structure":
        yield from _structure(service, known, value, place)
    elif kind == "list":
        yield from _list(service, known, value, place)
    elif kind == "map":
        yield from _map(service, known, value, place)
    elif kind == "string":
        yield from _text(known, value, place)
    elif kind in ("double", "float", "integer", "long"):
        yield from _number(known, value, place)
    elif kind == "boolean" and not isinstance(value, bool):
        yield f"{place} = {value!r} is neither true nor false"


def _structure(service: str, known: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} = {value!r} is not a structure"
        return
    members = known["members"]
    yield from (f"{place}.{key} is missing" for key in known.get("required", []) if value.get(key) is None)
    yield from (f"{place} has no member {key}" for key in value if key not in members)
    for key, part in value.items():
        if key in members and part is not None:
            yield from problems(service, members[key]["shape"], part, f"{place}.{key}")


def _list(service: str, known: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{place} = {value!r} is not a list"
        return
    yield from _size(known, value, place, "items")
    for index, part in enumerate(value):
        yield from problems(service, known["member"]["shape"], part, f"{place}[{index}]")


def _map(service: str, known: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} = {value!r} is not a map"
        return
    yield from _size(known, value, place, "keys")
    for key, part in value.items():
        yield from problems(service, known["key"]["shape"], key, f"{place} key")
        yield from problems(service, known["value"]["shape"], part, f"{place}[{key}]")


def _text(known: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{place} = {value!r} is not a text"
        return
    if "enum" in known and value not in known["enum"]:
        yield f"{place} = {value!r} is none of {', '.join(known['enum'][:20])}"
    if "pattern" in known and not matches(known["pattern"], value):
        yield f"{place} = {value!r} does not match {known['pattern']}"
    yield from _size(known, value, place, "characters")


def _number(known: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield f"{place} = {value!r} is not a number"
    elif value < known.get("min", value) or value > known.get("max", value):
        yield f"{place} = {value} is not from {known.get('min', '')} to {known.get('max', '')}"


def _size(known: dict[str, Any], value: Sized, place: str, unit: str) -> Iterator[str]:
    if not known.get("min", 0) <= len(value) <= known.get("max", len(value)):
        yield f"{place} has {len(value)} {unit}, not from {known.get('min', 0)} to {known.get('max', '')}"
