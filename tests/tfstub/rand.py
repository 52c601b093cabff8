"""Values of the `random` provider, whose passwords are as random as the real ones."""

from __future__ import annotations

import base64
import secrets
import string
from typing import Any

from tests.tfstub.text import generic
from tests.tfstub.values import digest
from tests.tfstub.wire import UNKNOWN

__all__ = ["text", "values"]


def values(name: str, planned: dict[str, Any], seed: dict[str, Any]) -> dict[str, Any]:
    """Return the planned value with what the type is there for."""
    unique = digest(name, seed, length=64)
    match name:
        case "random_password" | "random_string":
            result = _characters(planned)
            identifier = "none" if name == "random_password" else result
            return {**planned, "result": result, **({"id": identifier} if planned.get("id") is UNKNOWN else {})}
        case "random_id":
            raw = bytes.fromhex((unique * 4)[: 2 * int(planned.get("byte_length") or 8)])
            prefix = planned.get("prefix") or ""
            url = base64.urlsafe_b64encode(raw).decode().rstrip("=")
            numbers = {"hex": prefix + raw.hex(), "dec": prefix + str(int.from_bytes(raw))}
            texts = {"b64_url": prefix + url, "b64_std": prefix + base64.b64encode(raw).decode(), "id": url}
            return {**planned, **numbers, **texts}
        case "random_uuid":
            made = f"{unique[:8]}-{unique[8:12]}-4{unique[12:15]}-8{unique[15:18]}-{unique[18:30]}"
            return {**planned, "id": made, "result": made}
        case "random_integer":
            low, high = int(planned["min"]), int(planned["max"])
            number = low + int(unique[:6], 16) % (high - low + 1)
            return {**planned, "id": str(number), "result": number}
        case _:
            return planned


def text(name: str, key: str, seed: dict[str, Any]) -> str:
    """Return a string for any other attribute."""
    return generic(name, key, "", {}, digest(name, seed))


def _characters(planned: dict[str, Any]) -> str:
    sets = (("lower", string.ascii_lowercase), ("upper", string.ascii_uppercase), ("numeric", string.digits))
    alphabet = "".join(characters for key, characters in sets if planned.get(key) is not False)
    if planned.get("special") is not False:
        special = planned.get("override_special")
        alphabet += special if isinstance(special, str) else "!@#$%&*()-_=+[]{}<>:?"
    return "".join(secrets.choice(alphabet) for _ in range(int(planned["length"])))
