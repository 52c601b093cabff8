"""What a task queue is: how it is recognised, and by which commands its processes run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.task_queues.sources import Sources

__all__ = ["Command", "TaskQueue"]

Command: TypeAlias = tuple[str, ...]
"""A command in exec form."""

Find: TypeAlias = Callable[[Sources, Declared], Command]


def _none(sources: Sources, declared: Declared) -> Command:
    return ()


@dataclass(frozen=True, kw_only=True)
class TaskQueue:
    """A library that runs tasks outside of requests.

    Attributes:
        package: The package that a project declares.
        title: Its name in sentences.
        worker: Returns the command of the worker; empty where the project's sources do not show what it serves.
        scheduler: Returns the command of the process that starts periodic tasks and never ends; empty where there is
            none, or where the worker does it.
    """

    package: str
    title: str
    worker: Find
    scheduler: Find = _none
