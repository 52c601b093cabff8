"""Huey: https://huey.readthedocs.io/en/latest/consumer.html; the consumer starts periodic tasks by itself."""

from __future__ import annotations

from typing import Final

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.task_queues.record import Command, TaskQueue
from dazzle_infra.project.task_queues.sources import Sources

__all__ = ["QUEUE"]

_KINDS: Final = ("Huey", "RedisHuey", "PriorityRedisHuey", "RedisExpireHuey", "SqliteHuey", "FileHuey")


def _worker(sources: Sources, declared: Declared) -> Command:
    if sources.is_django and sources.mentions("huey.contrib.djhuey"):
        return ("python", "manage.py", "run_huey")
    module = sources.first("Huey", lambda module: not module.folder and module.instance(*_KINDS))
    return ("huey_consumer", f"{module.name}.{module.instance(*_KINDS)}") if module is not None else ()


QUEUE = TaskQueue(package="huey", title="Huey", worker=_worker)
