"""Protocol buffers and Terraform's dynamic values, as far as a provider needs them, without generated code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

__all__ = ["UNKNOWN", "Unknown", "diagnostic", "embedded", "fields", "numeric", "read_value", "write_value"]

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Unknown:
    """A value that is known after apply."""

    def __repr__(self) -> str:
        return "<unknown>"


UNKNOWN: Final = Unknown()


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _read_varint(buffer: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = buffer[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def embedded(number: int, content: bytes | str) -> bytes:
    """Encode a field that holds text, bytes or a message."""
    data = content.encode() if isinstance(content, str) else content
    return _varint(number << 3 | _BYTES) + _varint(len(data)) + data


def numeric(number: int, value: int | bool) -> bytes:
    """Encode a field that holds a number; zero is the default and takes no bytes."""
    return _varint(number << 3 | _VARINT) + _varint(int(value)) if value else b""


def fields(message: bytes) -> dict[int, list[Any]]:
    """Decode a message: the values of each field by its number, bytes for what is embedded."""
    found: dict[int, list[Any]] = {}
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        value: int | bytes
        match key & 7:
            case 0:
                value, at = _read_varint(message, at)
            case kind:
                size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
                if size is None:
                    size, at = _read_varint(message, at)
                value, at = message[at : at + size], at + size
        found.setdefault(key >> 3, []).append(value)
    return found


def read_value(message: bytes) -> Any:
    """Decode a `DynamicValue`; what is unknown, refined or not, becomes `UNKNOWN`."""
    found = fields(message)
    if 1 in found:
        return msgpack.unpackb(found[1][-1], ext_hook=lambda *_: UNKNOWN, raw=False, strict_map_key=False)
    return json.loads(found[2][-1]) if 2 in found else None


def write_value(value: Any) -> bytes:
    """Encode a `DynamicValue`."""

    def unknown(value: object) -> msgpack.ExtType:
        if value is UNKNOWN:
            return msgpack.ExtType(0, b"\x00")
        raise TypeError(f"{value!r} is no value of Terraform's")

    return embedded(1, msgpack.packb(value, default=unknown, use_bin_type=True))


def diagnostic(summary: str, detail: str = "", path: Sequence[str | int] = ()) -> bytes:
    """Encode an error, and the attribute that it is about."""
    encoded = numeric(1, 1) + embedded(2, summary) + embedded(3, detail)
    if path:
        steps = (embedded(1, step) if isinstance(step, str) else _varint(3 << 3) + _varint(step) for step in path)
        encoded += embedded(4, b"".join(embedded(1, step) for step in steps))
    return encoded
