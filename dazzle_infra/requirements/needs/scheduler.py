"""The scheduler, for work that runs at certain times or in intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dazzle_infra.appspec.flow import Clock
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.asynchronous import describe_sync
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for finding, _ in _clocks(appspec):
        yield finding
    for sla in appspec.slas:
        yield found("sla", sla.name, "its deadlines are checked on a schedule", sla.source)
    yield from map(Finding, facts.clocks)


def _details(appspec: AppSpec, facts: ProjectFacts) -> Mapping[str, object]:
    return {"schedules": _distinct([schedule for _, schedule in _clocks(appspec)])}


def _distinct(schedules: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the schedules sorted by name. Constructs with the same name are prefixed with their kind."""
    count = Counter(schedule["name"] for schedule in schedules)
    for schedule in schedules:
        if count[schedule["name"]] > 1:
            schedule["name"] = f"{schedule['construct']}.{schedule['name']}"
    return sorted(schedules, key=lambda schedule: (str(schedule["name"]), str(schedule["cron"])))


def _clocks(appspec: AppSpec) -> Iterator[tuple[Finding, dict[str, object]]]:
    for schedule in appspec.schedules:
        because = f"runs {_describe(schedule)}".strip()
        yield found("schedule", schedule.name, because, schedule.source), _plain("schedule", schedule.name, schedule)
    for process in appspec.processes:
        if process.trigger is not None and (process.trigger.cron or process.trigger.interval_seconds is not None):
            because = f"starts {_describe(process.trigger)}"
            yield (
                found("process", process.name, because, process.source),
                _plain("process", process.name, process.trigger),
            )
    for job in appspec.jobs:
        if job.schedule is not None:
            because = f"runs {_describe(job.schedule)}".strip()
            yield found("job", job.name, because, job.source), _plain("job", job.name, job.schedule)
    for integration in appspec.integrations:
        for sync in integration.syncs:
            if sync.mode == "scheduled":
                name = f"{integration.name}.{sync.name}"
                clock = Clock(cron=sync.schedule)
                yield (
                    found("integration", integration.name, describe_sync(sync), integration.source),
                    _plain("integration", name, clock),
                )


def _describe(clock: Clock) -> str:
    if clock.cron:
        return f"at {clock.cron}" + (f" {clock.timezone}" if clock.timezone else "")
    return f"every {clock.interval_seconds} seconds" if clock.interval_seconds is not None else ""


def _plain(construct: str, name: str, clock: Clock) -> dict[str, object]:
    return {
        "construct": construct,
        "name": name,
        "cron": clock.cron,
        "interval_seconds": clock.interval_seconds,
        "timezone": clock.timezone or "UTC",
    }


NEED = NeedRecord(
    name="scheduler",
    summary="Whether work runs on a schedule.",
    purpose="work by the clock",
    reasons=_reasons,
    absent="no schedule, no sla, no scheduled sync, no process trigger or job with a cron or an interval",
    details=_details,
)
