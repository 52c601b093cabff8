"""Dramatiq: https://dramatiq.io/guide.html#workers, and periodiq: https://pypi.org/project/periodiq."""

from __future__ import annotations

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.task_queues.record import Command, TaskQueue
from dazzle_infra.project.task_queues.sources import Sources

__all__ = ["QUEUE"]


def _modules(sources: Sources, program: str) -> Command:
    """Return the command with every module that has actors."""
    found = [one for one in sources.modules if "dramatiq" in one.text and "actor" in one.text]
    found = [one for one in found if one.folder == found[0].folder and not one.name.startswith("manage")]
    if not found:
        return ()
    return (program, *(("--path", found[0].folder) if found[0].folder else ()), *(one.name for one in found))


def _worker(sources: Sources, declared: Declared) -> Command:
    if "django-dramatiq" in declared.python:
        return ("python", "manage.py", "rundramatiq")
    return _modules(sources, "dramatiq")


def _scheduler(sources: Sources, declared: Declared) -> Command:
    return _modules(sources, "periodiq") if "periodiq" in declared.python else ()


QUEUE = TaskQueue(package="dramatiq", title="Dramatiq", worker=_worker, scheduler=_scheduler)
