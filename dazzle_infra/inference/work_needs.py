"""The needs that asynchronous and scheduled work, and the talk with other systems, bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from dazzle_infra.appspec.flow import Clock
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.inference.asynchronous import asynchronous_work, describe_sync, synchronous_work
from dazzle_infra.inference.evidence import Finding, found, whole_model
from dazzle_infra.inference.facts import ProjectFacts
from dazzle_infra.inference.rules import Outcome, outcome

__all__ = ["cache", "queue", "scheduler", "webhooks", "worker"]

_NOTHING_ASYNCHRONOUS = whole_model(
    "no integration, no process step outside the database, no schedule, no triggered llm_intent, no sla,"
    " no message, event or job, no domain_service of kind workflow"
)


def queue(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when there is asynchronous work."""
    return outcome("queue", asynchronous_work(appspec), [_NOTHING_ASYNCHRONOUS, *synchronous_work(appspec)])


def worker(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when the queue is, by the same evidence."""
    return outcome("worker", asynchronous_work(appspec), [whole_model("no queue, so there is nothing for it to do")])


def scheduler(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when something runs by the clock."""
    clocks = [*_clocks(appspec)]
    reasons = [finding for finding, _ in clocks]
    reasons += [found("sla", sla.name, "its deadlines are watched by a clock", sla.source) for sla in appspec.slas]
    schedules = _distinct([schedule for _, schedule in clocks])
    looked_for = "no schedule, no sla, no scheduled sync, no process trigger or job with a cron or an interval"
    return outcome("scheduler", reasons, [whole_model(looked_for)], {"schedules": schedules})


def _distinct(schedules: list[dict[str, object]]) -> list[dict[str, object]]:
    """Sort by name; where a process and a job share one, each is named after its construct too."""
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
            because = f"is started {_describe(process.trigger)}"
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


def cache(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed for answers of other systems, for state between steps, and for counters that instances share."""
    config = appspec.llm_config
    reasons = [
        *(found("integration", i.name, "what it answers is cached", i.source) for i in appspec.integrations),
        *(found("foreign_model", m.name, "what others answer is cached", m.source) for m in appspec.foreign_models),
        *(found("experience", e.name, "keeps state between its steps", e.source) for e in appspec.experiences),
    ]
    if config is not None and config.rate_limits:
        reasons.append(found("llm_config", "", "rate_limits of language models are counted across instances"))
    if config is not None and config.concurrency:
        reasons.append(found("llm_config", "", "concurrency of language models is counted across instances"))
    looked_for = "no integration, no foreign_model, no experience, no rate_limits or concurrency of language models"
    return outcome("cache", reasons, [whole_model(looked_for)])


def webhooks(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when other systems call the application; what it calls itself is no ingress."""
    outbound = [
        found("webhook", w.name, "outbound: the application calls, nobody calls it", w.source) for w in appspec.webhooks
    ]
    looked_for = "no event-driven sync, no channel that receives, no api that speaks of webhooks"
    return outcome("webhooks", _inbound(appspec), [whole_model(looked_for), *outbound])


def _inbound(appspec: AppSpec) -> Iterator[Finding]:
    for integration in appspec.integrations:
        for sync in integration.syncs:
            if sync.mode == "event_driven":
                yield found("integration", integration.name, f"inbound: {describe_sync(sync)}", integration.source)
    for channel in appspec.channels:
        if channel.receive_operations:
            operations = ", ".join(sorted(operation.name for operation in channel.receive_operations))
            yield found("channel", channel.name, f"inbound: receives {operations}", channel.source)
    for api in appspec.apis:
        if "webhook" in f"{api.spec_url or ''}\n{api.spec_inline or ''}".lower():
            yield found("api", api.name, "inbound: its specification speaks of webhooks", api.source)
