"""The backends: what is made for a target, and who provides which need there."""

from dazzle_infra.backends.base import Application, Backend, Capabilities, Served, TemplateChoice
from dazzle_infra.backends.registry import backend, backends
from dazzle_infra.backends.scaffold import Scaffolded, scaffold

__all__ = [
    "Application",
    "Backend",
    "Capabilities",
    "Scaffolded",
    "Served",
    "TemplateChoice",
    "backend",
    "backends",
    "scaffold",
]
