"""The backends: what is made for a target, and who provides which need there."""

from dazzle_infra.backends.base import Application, Backend, Capabilities, Folder, Served, TemplateChoice
from dazzle_infra.backends.plan import AnswerChange, Plan, plan
from dazzle_infra.backends.registry import backend, backends
from dazzle_infra.backends.scaffold import Scaffolded, scaffold

__all__ = [
    "AnswerChange",
    "Application",
    "Backend",
    "Capabilities",
    "Folder",
    "Plan",
    "Scaffolded",
    "Served",
    "TemplateChoice",
    "backend",
    "backends",
    "plan",
    "scaffold",
]
