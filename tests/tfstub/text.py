"""Strings that are made by the name of their attribute alone, whatever the provider."""

from __future__ import annotations

from typing import Any

__all__ = ["generic"]


def generic(name: str, key: str, called: str, around: dict[str, Any], unique: str) -> str:
    """Return a string of the form that the attribute's name promises.

    Args:
        name: Type of the resource.
        key: The attribute.
        called: What the resource is called, or empty.
        around: The known attributes beside it.
        unique: Digits that no other resource has.
    """
    prefix = around.get(f"{key}_prefix")
    number = int(unique[:4], 16)
    if isinstance(prefix, str) and prefix:
        return prefix + unique
    match key.rsplit("_", 1)[-1]:
        case "id":
            return called or unique if key == "id" else unique
        case "prefix":
            return ""
        case "name" if key == "name":
            return f"{name.split('_', 1)[-1].replace('_', '-')}-{unique[:10]}"
        case "cidr" | "block":
            return "2600:1f13:100::/56" if "ipv6" in key else "10.0.0.0/16"
        case "ip" | "address":
            return f"198.18.{number >> 8}.{number & 255}"
        case "at" | "date" | "time" | "timestamp":
            return "2030-01-01T00:00:00Z"
        case "endpoint" | "fqdn" | "host" | "hostname":
            return f"{key.replace('_', '-')}.{unique[:8]}.stub.internal"
        case "uri" | "url":
            return f"https://{unique[:8]}.stub.internal"
        case "json":
            return "{}"
        case _:
            return f"{key.replace('_', '-')}-{unique[:8]}"
