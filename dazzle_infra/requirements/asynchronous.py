"""Constructs that do asynchronous work, outside of requests, and so require a queue and a worker."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.external import Channel, Integration, Sync, Trigger
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found

__all__ = ["asynchronous_work", "describe_sync", "synchronous_work"]

_IN_THE_DATABASE = frozenset({"condition", "human_task", "side_effect"})
"""Kinds of process steps that use only the database."""

_ASYNCHRONOUS_CHANNELS = frozenset({"queue", "stream"})


def asynchronous_work(appspec: AppSpec) -> Iterator[Finding]:
    """Yield a finding for each construct that does asynchronous work."""
    for integration in appspec.integrations:
        yield found("integration", integration.name, _describe(integration), integration.source)
    for process in appspec.processes:
        steps = [f"{step.name} ({step.kind})" for step in process.steps if step.kind not in _IN_THE_DATABASE]
        if steps:
            yield found("process", process.name, f"step {', '.join(steps)}", process.source)
    for intent in appspec.llm_intents:
        if intent.triggers:
            events = sorted({f"{trigger.on_entity} {trigger.on_event}".strip() for trigger in intent.triggers})
            yield found("llm_intent", intent.name, f"calls a language model on {', '.join(events)}", intent.source)
    for channel in appspec.channels:
        if because := _describe_channel(channel):
            yield found("channel", channel.name, because, channel.source)
    for experience in appspec.experiences:
        steps = [step.name for step in experience.steps if step.kind == "integration"]
        if steps:
            yield found("experience", experience.name, f"integration step {', '.join(steps)}", experience.source)
    for service in appspec.domain_services:
        if service.kind == "workflow":
            yield found("domain_service", service.name, "its kind is workflow", service.source)
    yield from _always(appspec)


def _always(appspec: AppSpec) -> Iterator[Finding]:
    """Yield a finding for each construct whose kind is always asynchronous."""
    kinds = (
        ("schedule", appspec.schedules, "runs on a schedule"),
        ("sla", appspec.slas, "its deadlines are checked on a schedule"),
        ("notification", appspec.notifications, "sends messages"),
        ("webhook", appspec.webhooks, "delivers to another system, with retries"),
        ("job", appspec.jobs, "runs in the background"),
        ("stream", appspec.streams, "publishes a log of records"),
        ("projection", appspec.projections, "follows a topic"),
        ("atomic_flow", appspec.atomic_flows, "runs as one unit and writes an audit trail"),
    )
    for construct, items, because in kinds:
        for item in items:
            yield found(construct, item.name, because, item.source)
    for subscription in appspec.subscriptions:
        yield found("subscription", f"{subscription.topic} {subscription.group_id}", "consumes a topic")
    if appspec.event_model is not None:
        for topic in appspec.event_model.topics:
            yield found("topic", topic.name, "carries events")
        for event in appspec.event_model.events:
            yield found("event", event.name, "is published when something happens")


def synchronous_work(appspec: AppSpec) -> Iterator[Finding]:
    """Yield a finding for each construct whose kind can be asynchronous, but that is synchronous, with the reason."""
    for process in appspec.processes:
        if all(step.kind in _IN_THE_DATABASE for step in process.steps):
            yield found("process", process.name, "has no step outside the database", process.source)
    for intent in appspec.llm_intents:
        if not intent.triggers:
            yield found("llm_intent", intent.name, "has no trigger: it runs within the request", intent.source)
    for experience in appspec.experiences:
        if all(step.kind != "integration" for step in experience.steps):
            yield found("experience", experience.name, "has no integration step", experience.source)


def _describe(integration: Integration) -> str:
    parts = [f"mapping {m.name} {_describe_triggers(m.triggers)}".rstrip() for m in integration.mappings]
    parts += [describe_sync(sync) for sync in integration.syncs]
    for action in integration.actions:
        parts.append(f"action {action.name}" + (f" on surface {action.when_surface}" if action.when_surface else ""))
    return ", ".join(sorted(parts)) or "calls another system"


def _describe_triggers(triggers: tuple[Trigger, ...]) -> str:
    return " and ".join(sorted({_describe_trigger(trigger) for trigger in triggers}))


def _describe_trigger(trigger: Trigger) -> str:
    kind = trigger.trigger_type.replace("_", " ")
    states = [
        f"from {trigger.from_state}" if trigger.from_state else "",
        f"to {trigger.to_state}" if trigger.to_state else "",
    ]
    return " ".join([kind, *filter(None, states)])


def describe_sync(sync: Sync) -> str:
    """Describe a sync and its schedule: `sync contacts scheduled 0 2 * * *`."""
    return " ".join(filter(None, ["sync", sync.name, sync.mode.replace("_", "-"), sync.schedule]))


def _describe_channel(channel: Channel) -> str:
    parts = [f"sends {operation.name}" for operation in channel.send_operations]
    parts += [f"receives {operation.name}" for operation in channel.receive_operations]
    if channel.kind in _ASYNCHRONOUS_CHANNELS:
        parts.append(f"its kind is {channel.kind}")
    return ", ".join(sorted(parts))
