"""The services of an application: processes that listen, background processes, and processes that run once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Final

from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.runtimes.record import Commands
from dazzle_infra.requirements.model import Inferred, Need
from dazzle_infra.values.profiles import Scale, Size
from dazzle_infra.values.records import EntryPoint
from dazzle_infra.workload.labels import dns_labels
from dazzle_infra.workload.model import Kind, Schedule, Service, Value

__all__ = ["schedules_of", "services_of"]

_LISTENING_STOP: Final = 60
"""Seconds in which a process that listens finishes its requests."""

_BACKGROUND_STOP: Final = 120
"""Seconds in which a process without a port finishes its work; the most that AWS Fargate allows."""


def schedules_of(inferred: Inferred) -> tuple[Schedule, ...]:
    """Return the model's schedules, by name."""
    found = inferred["scheduler"].detail.get("schedules", ())
    listed = found if isinstance(found, list | tuple) else ()
    return tuple(
        Schedule(str(one["name"]), one["cron"], one["interval_seconds"], one["timezone"] or "UTC") for one in listed
    )


def services_of(
    manifest: Manifest,
    needed: Set[Need],
    schedules: Sequence[Schedule],
    commands: Commands,
    *,
    scale: Scale,
    health_host: str,
) -> tuple[Service, ...]:
    """Return the services: `web`, further entry points, background processes, the migration and the schedules.

    Args:
        manifest: The content of dazzle.toml.
        needed: The needs that apply.
        schedules: The model's schedules.
        commands: How the application is served and migrated.
        scale: Sizes and numbers of processes.
        health_host: Value of the header `Host` that the application accepts; empty for any.
    """
    listening = [_listening(one, commands, scale, health_host) for one in manifest.entry_points]
    web = listening[0]
    services = [*listening]
    port = Value("PORT", str(web.port))
    if "worker" in needed and manifest.has_worker_command:
        command = manifest.worker_command or web.command
        count = scale.worker_count
        services.append(_background("worker", "worker", command, port, size=scale.worker_size, count=count))
    if "scheduler" in needed and manifest.work.scheduler and not manifest.infra.scheduler_command:
        # Two copies would start each task twice.
        services.append(_background("scheduler", "worker", manifest.work.scheduler, port))
    if "database" in needed and commands.migrate:
        services.append(_background("migrate", "release", commands.migrate, port))
    if "scheduler" in needed and manifest.infra.scheduler_command:
        services += _scheduled(manifest.infra.scheduler_command, schedules, port, [one.name for one in services])
    return tuple(services)


def _listening(entry: EntryPoint, commands: Commands, scale: Scale, health_host: str) -> Service:
    return Service(
        name=entry.name,
        kind="web" if entry.name == "web" else "process",
        command=tuple(entry.command) or commands.serve,
        port=entry.port,
        path=entry.path,
        health_path=entry.health_path,
        health_host=health_host if entry.name == "web" else "",
        schedule=None,
        size=scale.app_size,
        min_count=scale.app_min_count,
        max_count=scale.app_max_count,
        stop_seconds=_LISTENING_STOP,
        variables=(Value("PORT", str(entry.port)),),
    )


def _background(
    name: str,
    kind: Kind,
    command: Sequence[str],
    *variables: Value,
    size: Size = "small",
    count: int = 1,
    schedule: Schedule | None = None,
) -> Service:
    return Service(
        name=name,
        kind=kind,
        command=tuple(command),
        port=0,
        path="",
        health_path="",
        health_host="",
        schedule=schedule,
        size=size,
        min_count=count,
        max_count=count,
        stop_seconds=_BACKGROUND_STOP,
        variables=variables,
    )


def _scheduled(
    command: Sequence[str], schedules: Sequence[Schedule], port: Value, taken: Sequence[str]
) -> Iterator[Service]:
    named = {_key(one, schedules): one for one in schedules}
    labels = dns_labels(named, "schedule", taken)
    for key in sorted(named, key=labels.__getitem__):
        name = Value("SCHEDULE_NAME", named[key].name)
        yield _background(labels[key], "scheduled", command, port, name, schedule=named[key])


def _key(schedule: Schedule, schedules: Sequence[Schedule]) -> str:
    """Return a schedule's name, with its times if the model has several schedules of that name."""
    is_unique = sum(one.name == schedule.name for one in schedules) == 1
    times = schedule.cron or schedule.interval_seconds or ""
    return schedule.name if is_unique else f"{schedule.name} {times} {schedule.timezone}"
