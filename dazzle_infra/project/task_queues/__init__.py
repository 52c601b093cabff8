"""Task queues: one file for each, registered in one list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared, place_of
from dazzle_infra.project.task_queues import arq, celery, dramatiq, huey, rq
from dazzle_infra.project.task_queues.record import Command, TaskQueue
from dazzle_infra.project.task_queues.sources import Sources
from dazzle_infra.requirements.model import Evidence

__all__ = ["TASK_QUEUES", "BackgroundWork", "background_work"]

TASK_QUEUES: Final[tuple[TaskQueue, ...]] = (celery.QUEUE, rq.QUEUE, dramatiq.QUEUE, arq.QUEUE, huey.QUEUE)
"""Every task queue, in the order in which they are looked for."""


@dataclass(frozen=True)
class BackgroundWork:
    """What a project declares of work outside of requests.

    Attributes:
        evidence: The dependencies that ask for a queue and a worker.
        clocks: The dependency that asks for a scheduler.
        worker: The command of the worker; empty where it is not known.
        scheduler: The command of the process that starts periodic tasks and never ends; empty where there is none.
    """

    evidence: tuple[Evidence, ...] = ()
    clocks: tuple[Evidence, ...] = ()
    worker: Command = ()
    scheduler: Command = ()


def background_work(project: Path, declared: Declared) -> BackgroundWork:
    """Return the work that the project's task queue does; that of the first where there are several.

    Args:
        project: The project's root.
        declared: What its files declare.
    """
    queues = [queue for queue in TASK_QUEUES if queue.package in declared.python]
    if not queues:
        return BackgroundWork()
    sources, queue = Sources(project), queues[0]
    scheduler, place = queue.scheduler(sources, declared), place_of(project, declared, queue.package)
    clocks = (Evidence("project", queue.package, f"{queue.title} starts tasks by the clock", place),)
    evidence = tuple(
        Evidence(
            "project",
            one.package,
            f"{one.title} runs tasks outside of requests",
            place_of(project, declared, one.package),
        )
        for one in queues
    )
    return BackgroundWork(evidence, clocks if scheduler else (), queue.worker(sources, declared), scheduler)
