"""What an image is built of: the base image, Debian packages, and secrets of the build."""

from __future__ import annotations

from typing import Annotated

from dazzle_infra.values.rules import Rule

__all__ = ["BaseImage", "BuildSecretName", "DebianPackage"]

_PART = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"

BaseImage = Annotated[
    str,
    Rule(
        rf"(?:(?:localhost|[a-z0-9.-]+\.[a-z0-9-]+|[a-z0-9-]+(?=:[0-9]))(?::[0-9]{{1,5}})?/)?{_PART}(?:/{_PART})*"
        r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})",
        "must be an image with a tag or a digest",
        'such as "python:3.12-slim-bookworm" or "python@sha256:…"',
        longest=500,
    ),
]
"""The image that the image of the application is built on."""

DebianPackage = Annotated[
    str,
    Rule(
        r"[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~-]+)?",
        "must be the name of a Debian package",
        'such as "libpq5", or with a version "libpq5=15.8-0+deb12u1"',
    ),
]
"""A package that apt installs (Debian Policy Manual, 5.6.1 "Source")."""

BuildSecretName = Annotated[
    str,
    Rule(r"[A-Za-z_][A-Za-z0-9_]*", "must be the name of an environment variable", 'such as "NPM_TOKEN"', longest=100),
]
"""The variable that a package manager reads while the image is built."""
