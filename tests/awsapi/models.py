"""The models of the services, as botocore brings them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

__all__ = ["input_of", "operations", "shape"]


def operations(service: str) -> set[str]:
    """Return the names of the operations of a service."""
    return set(_model(service)["operations"])


def input_of(service: str, operation: str) -> str:
    """Return the name of the shape that an operation takes."""
    name: str = _model(service)["operations"][operation]["input"]["shape"]
    return name


def shape(service: str, name: str) -> dict[str, Any]:
    """Return a shape of a service by its name."""
    found: dict[str, Any] = _model(service)["shapes"][name]
    return found


@cache
def _model(service: str) -> dict[str, Any]:
    loaders = pytest.importorskip("botocore.loaders", reason="no botocore: `pip install -e .[dev]` installs it")
    model: dict[str, Any] = loaders.Loader().load_service_model(service, "service-2")
    return model
