"""Celery: https://docs.celeryq.dev/en/stable/reference/cli.html."""

from __future__ import annotations

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.task_queues.record import Command, TaskQueue
from dazzle_infra.project.task_queues.sources import Sources

__all__ = ["QUEUE"]


def _celery(sources: Sources) -> Command:
    """Return the command with the application that it is about."""
    module = sources.first("Celery", lambda module: module.instance("Celery"))
    if module is None:
        return ()
    # `--app PACKAGE` also finds PACKAGE.celery; the exact name needs no search.
    application = f"{module.name}:{module.instance('Celery')}"
    return ("celery", "--app", application, *(("--workdir", module.folder) if module.folder else ()))


def _worker(sources: Sources, declared: Declared) -> Command:
    command = _celery(sources)
    return (*command, "worker", "--loglevel", "INFO") if command else ()


def _scheduler(sources: Sources, declared: Declared) -> Command:
    command = _celery(sources)
    if command and "django-celery-beat" in declared.python:
        schedule = ("--scheduler", "django_celery_beat.schedulers:DatabaseScheduler")
    elif command and sources.mentions("beat_schedule", "BEAT_SCHEDULE", "add_periodic_task"):
        # By default beat writes its file to the working directory, which need not be writable.
        schedule = ("--schedule", "/tmp/celerybeat-schedule")  # noqa: S108 - in a container
    else:
        return ()
    return (*command, "beat", "--loglevel", "INFO", *schedule)


QUEUE = TaskQueue(package="celery", title="Celery", worker=_worker, scheduler=_scheduler)
