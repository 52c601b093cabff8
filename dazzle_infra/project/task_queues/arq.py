"""arq: https://arq-docs.helpmanual.io; the worker runs its cron jobs by itself."""

from __future__ import annotations

import ast

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.task_queues.record import Command, TaskQueue
from dazzle_infra.project.task_queues.sources import Module, Sources

__all__ = ["QUEUE"]


def _settings(module: Module) -> str | None:
    """Return the class of the worker's settings, which by convention is WorkerSettings."""
    names = (one.name for one in module.statements() if isinstance(one, ast.ClassDef))
    return next((name for name in names if name.endswith("WorkerSettings")), None)


def _worker(sources: Sources, declared: Declared) -> Command:
    module = sources.first("WorkerSettings", lambda module: not module.folder and _settings(module))
    return ("arq", f"{module.name}.{_settings(module)}") if module is not None else ()


QUEUE = TaskQueue(package="arq", title="arq", worker=_worker)
