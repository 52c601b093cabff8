"""The backends: one template each, its answers, and what provides which need."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dazzle_infra.backends.answers import Answers
    from dazzle_infra.backends.application import Application
    from dazzle_infra.backends.base import Backend, Capabilities, Folder, Placement, Provision, TemplateChoice
    from dazzle_infra.backends.contributions import DeployTarget, ImageBuild
    from dazzle_infra.backends.registry import backend, backend_tables, backends, backends_of, register_backend
    from dazzle_infra.project.manifest import BackendSettings

__all__ = [
    "Answers",
    "Application",
    "Backend",
    "BackendSettings",
    "Capabilities",
    "DeployTarget",
    "Folder",
    "ImageBuild",
    "Placement",
    "Provision",
    "TemplateChoice",
    "backend",
    "backend_tables",
    "backends",
    "backends_of",
    "register_backend",
]

_OTHERS = {
    "Answers": "dazzle_infra.backends.answers",
    "Application": "dazzle_infra.backends.application",
    **dict.fromkeys(("DeployTarget", "ImageBuild"), "dazzle_infra.backends.contributions"),
    "BackendSettings": "dazzle_infra.project.manifest",
    **dict.fromkeys(
        ("backend", "backend_tables", "backends", "backends_of", "register_backend"), "dazzle_infra.backends.registry"
    ),
}
"""The modules of the names that are not in `base`."""


def __getattr__(name: str) -> Any:
    """Import a name when it is used: the help of the commands needs the names of the backends alone."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_OTHERS.get(name, "dazzle_infra.backends.base")), name)
