"""The facts of a Dazzle model that inference reads, and the loaders of models.

An exported name is imported when it is first used, so that importing this package is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dazzle_infra.appspec.document import read_document
    from dazzle_infra.appspec.load import AppSpecSource, LoadedAppSpec, Origin, load_appspec
    from dazzle_infra.appspec.model import AppSpec, Reference

__all__ = ["AppSpec", "AppSpecSource", "LoadedAppSpec", "Origin", "Reference", "load_appspec", "read_document"]

_HOMES = {
    "AppSpec": "model",
    "AppSpecSource": "load",
    "LoadedAppSpec": "load",
    "Origin": "load",
    "Reference": "model",
    "load_appspec": "load",
    "read_document": "document",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
