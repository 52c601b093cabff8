"""The models of the services, as botocore brings them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

__all__ = ["input_of", "model", "operations", "shape"]


def operations(service: str) -> set[str]:
    """Return the names of the operations of a service."""
    return set(model(service)["operations"])


def input_of(service: str, operation: str) -> str:
    """Return the name of the shape that an operation takes."""
    name: str = model(service)["operations"][operation]["input"]["shape"]
    return name


def shape(service: str, name: str) -> dict[str, Any]:
    """Return a shape of a service by its name."""
    found: dict[str, Any] = model(service)["shapes"][name]
    return found


@cache
def model(service: str) -> dict[str, Any]:
    """Return the model of a service."""
    loaders = pytest.importorskip("botocore.loaders", reason="no botocore: `pip install -e .[dev]` installs it")
    found: dict[str, Any] = loaders.Loader().load_service_model(service, "service-2")
    return found
