"""RQ: https://python-rq.org/docs/workers and https://github.com/rq/django-rq."""

from __future__ import annotations

from typing import Final

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.task_queues.record import Command, TaskQueue
from dazzle_infra.project.task_queues.sources import Sources

__all__ = ["QUEUE"]

_WITH_URL: Final = 'exec {} --url "$REDIS_URL"'


def _worker(sources: Sources, declared: Declared) -> Command:
    if "django-rq" in declared.python:
        return ("python", "manage.py", "rqworker", "default", "--with-scheduler")
    return ("sh", "-c", _WITH_URL.format("rq worker --with-scheduler"))


def _scheduler(sources: Sources, declared: Declared) -> Command:
    if "rq-scheduler" not in declared.python:
        return ()
    if "django-rq" in declared.python:
        return ("python", "manage.py", "rqscheduler")
    return ("sh", "-c", _WITH_URL.format("rqscheduler"))


QUEUE = TaskQueue(package="rq", title="RQ", worker=_worker, scheduler=_scheduler)
