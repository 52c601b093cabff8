"""Calls from other systems. Calls that the application makes do not count."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.asynchronous import describe_sync
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
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
            yield found("api", api.name, "inbound: its specification mentions webhooks", api.source)


def _near_misses(appspec: AppSpec) -> Iterator[Finding]:
    for webhook in appspec.webhooks:
        yield found("webhook", webhook.name, "outbound: the application makes the call", webhook.source)


NEED = NeedRecord(
    name="webhooks",
    summary="Whether other systems call the application.",
    purpose="calls from other systems",
    reasons=_reasons,
    absent="no event-driven sync, no channel that receives, no api whose specification mentions webhooks",
    near_misses=_near_misses,
)
