"""Names of environment variables."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["bucket_name", "holds_endpoint", "holds_region", "sounds_secret", "upper_snake", "variable_name"]

_VALID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CALL = re.compile(r"""(?:config|env)\(\s*["']?(.*?)["']?\s*\)""")


def upper_snake(name: str) -> str:
    """Derive a variable's name from a construct's: `TicketNotify` and `ticket-notify` become `TICKET_NOTIFY`."""
    name = unicodedata.normalize("NFKD", name)
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    name = re.sub(r"[^A-Za-z0-9]+", "_", "".join(c for c in name if not unicodedata.combining(c))).strip("_").upper()
    if not name:
        return "UNNAMED"
    return f"_{name}" if name[0].isdigit() else name


def variable_name(text: str) -> str:
    """Return the variable that a text names, written as `NAME`, `env("NAME")` or `config("NAME")`."""
    match = _CALL.fullmatch(text.strip())
    name = match[1] if match else text.strip()
    return name if _VALID.fullmatch(name) else upper_snake(name)


def bucket_name(name: str) -> str:
    """Derive the name of an S3 bucket: 3 to 63 lower-case letters, digits and hyphens."""
    slug = re.sub(r"[^a-z0-9]+", "-", upper_snake(name).lower()).strip("-")[:57].rstrip("-")
    return slug if len(slug) >= 3 else f"{slug}-files"


def sounds_secret(variable: str) -> bool:
    """Return whether a variable's name indicates that its value is a secret, even if it may be public (`..._KEY`)."""
    return re.search(r"(?:^|_)(?:CREDENTIALS?|KEY|PASS|PASSWORD|SECRET|TOKEN)(?:_|$)", variable.upper()) is not None


def holds_endpoint(variable: str) -> bool:
    """Return whether a variable's name indicates that it holds the address of a store."""
    return "ENDPOINT" in variable.upper()


def holds_region(variable: str) -> bool:
    """Return whether a variable's name indicates that it holds a region."""
    return variable.upper().endswith("REGION")
