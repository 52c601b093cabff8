"""Mail that the application sends."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for channel in appspec.channels:
        if channel.kind == "email":
            yield found("channel", channel.name, "its kind is email", channel.source)
    for notification in appspec.notifications:
        if "email" in notification.channels:
            yield found("notification", notification.name, "is sent by email", notification.source)


NEED = NeedRecord(
    name="mail",
    summary="Whether mail is sent.",
    purpose="the application's e-mail",
    reasons=_reasons,
    absent="no channel of kind email, no notification by email",
)
