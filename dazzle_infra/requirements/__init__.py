"""Inference: the needs of an application with their evidence, and the environment variables that it reads.

An exported name is imported when it is first used, so that importing this package is fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dazzle_infra.requirements.facts import OAuthProvider, Override, ProjectFacts, StorageTable
    from dazzle_infra.requirements.inference import infer
    from dazzle_infra.requirements.model import Evidence, Inferred, Need, Origin, Requirement, Setting
    from dazzle_infra.requirements.phrases import because

__all__ = [
    "Evidence",
    "Inferred",
    "Need",
    "OAuthProvider",
    "Origin",
    "Override",
    "ProjectFacts",
    "Requirement",
    "Setting",
    "StorageTable",
    "because",
    "infer",
]

_HOMES = {
    "because": "phrases",
    "infer": "inference",
    **dict.fromkeys(("OAuthProvider", "Override", "ProjectFacts", "StorageTable"), "facts"),
    **dict.fromkeys(("Evidence", "Inferred", "Need", "Origin", "Requirement", "Setting"), "model"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
