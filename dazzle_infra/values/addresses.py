"""Names of hosts, and of images with their registries."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

__all__ = ["HOST", "ContainerImage", "HostName", "is_latest"]

HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
"""A regular expression for a host name in lower case, without a final dot."""

_IMAGE = re.compile(
    r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:[0-9]))(?::[0-9]{1,5})?"
    r"(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)+"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def _host(value: str) -> str:
    if len(value) > 253 or not re.fullmatch(HOST, value):
        raise ValueError(f"{value!r} is not a host name in lower case, such as app.example.com")
    return value


def _image(value: str) -> str:
    match = _IMAGE.fullmatch(value)
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
