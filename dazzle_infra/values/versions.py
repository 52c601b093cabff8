"""Versions of Python and of dazzle-dsl in a manifest."""

from __future__ import annotations

from typing import Annotated

from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator

from dazzle_infra.values.rules import RefusedError, Rule

__all__ = ["DazzleVersion", "PythonVersion", "exact_version"]

_OLDEST_DAZZLE = Version("0.112")

PythonVersion = Annotated[
    str,
    Rule(r"3\.[0-9]{1,3}", "must be a Python version with two numbers", 'such as "3.12"'),
]
"""`X.Y` of the base image."""


def _dazzle(value: str) -> str:
    try:
        version = Version(value)
    except InvalidVersion:
        raise RefusedError("must be an exact version of dazzle-dsl", 'such as "0.125.0"') from None
    if version < _OLDEST_DAZZLE:
        raise RefusedError(f"must be {_OLDEST_DAZZLE} or newer")
    return value


_DAZZLE = Rule(r"[0-9]+(?:\.[0-9]+)*[a-z0-9.+-]*", "must be an exact version of dazzle-dsl", 'such as "0.125.0"', 40)

DazzleVersion = Annotated[str, _DAZZLE, AfterValidator(_dazzle)]
"""An exact version of dazzle-dsl."""


def exact_version(constraint: str) -> str | None:
    """Return the version of dazzle-dsl that a constraint pins, `0.125.0` or `==0.125.0`; None for any other."""
    version = constraint.strip().removeprefix("==").strip()
    try:
        return _dazzle(_DAZZLE.check(version))
    except RefusedError:
        return None
