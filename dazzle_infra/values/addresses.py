"""Names of hosts, and of images with their registries."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from dazzle_infra.values.rules import RefusedError

__all__ = ["HOST", "ContainerImage", "HostName", "in_ascii", "is_latest"]

HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
"""A regular expression for a host name in lower case, without a final dot."""

_IMAGE = re.compile(
    r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:[0-9]))(?::[0-9]{1,5})?"
    r"(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)+"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def _host(value: str) -> str:
    if len(value) > 253 or not re.fullmatch(HOST, value):
        if "@" in value:  # what stands before it may be a secret
            raise ValueError("it is not a host name in lower case, such as app.example.com: it contains an @")
        hint = "" if value.isascii() else f"; {_ascii_hint(value)}"
        raise ValueError(f"{value!r} is not a host name in lower case, such as app.example.com{hint}")
    return value


def in_ascii(value: str) -> str:
    """Return the name of a host unchanged if it has no letters outside ASCII.

    Raises:
        RefusedError: It has some; the hint contains its form in ASCII.
    """
    if not value.isascii():
        raise RefusedError("must be in ASCII", _ascii_hint(value))
    return value


def _ascii_hint(value: str) -> str:
    known = _ascii_form(value)
    return f"write its ASCII form, {known}" if known else "write its ASCII form, which begins with xn--"


def _ascii_form(value: str) -> str | None:
    """Return the form in ASCII of a name with other letters; None where the two standards of it differ.

    Python encodes with IDNA 2003 (RFC 3490), which changes letters such as `ß` that IDNA 2008 keeps.
    """
    try:
        encoded = value.encode("idna")
        is_same = encoded.decode("idna") == value.lower()
    except UnicodeError:
        return None
    name = encoded.decode("ascii").lower()
    return name if is_same and re.fullmatch(HOST, name) else None


def _image(value: str) -> str:
    match = _IMAGE.fullmatch(value)
    if match is None and re.match(r"(?:\w+://)?[^/@]*:[^@]*@(?!sha256:)", value):
        raise ValueError("it contains a user name and a password; write the image alone, and log in to its registry")
    if match is None:
        raise ValueError(f"{value!r} is not an image with its registry, such as registry.example.com/team/app:1.4.2")
    if not (match["tag"] or match["digest"]):
        raise ValueError(f"{value!r} has neither a tag nor a digest; add one, such as {value}:1.4.2")
    return value


ContainerImage = Annotated[str, AfterValidator(_image)]
"""An image with its registry, and with a tag or a digest."""

HostName = Annotated[str, AfterValidator(_host)]
"""Name of a host or of a DNS zone, without a final dot."""


def is_latest(image: str) -> bool:
    """Return whether the image has the tag `latest` and no digest, so that its content can change."""
    match = _IMAGE.fullmatch(image)
    return match is not None and match["tag"] == "latest" and not match["digest"]
