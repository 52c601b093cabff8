"""What an application needs from its infrastructure, and why: rules over the model, pure and total.

Importing this package costs nothing: what it exports is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dazzle_infra.inference.all_rules import infer
    from dazzle_infra.inference.facts import OAuthProvider, Override, ProjectFacts, StorageTable
    from dazzle_infra.inference.model import Evidence, Inferred, Need, Origin, Requirement, Setting
    from dazzle_infra.inference.phrases import because

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
    "infer": "all_rules",
    **dict.fromkeys(("OAuthProvider", "Override", "ProjectFacts", "StorageTable"), "facts"),
    **dict.fromkeys(("Evidence", "Inferred", "Need", "Origin", "Requirement", "Setting"), "model"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
