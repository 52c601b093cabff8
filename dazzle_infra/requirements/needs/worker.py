"""The worker: a process that runs the work in the queue. It has the same evidence as the queue."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.asynchronous import asynchronous_work
from dazzle_infra.requirements.evidence import Finding
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    yield from asynchronous_work(appspec)
    yield from map(Finding, facts.work)


NEED = NeedRecord(
    name="worker",
    summary="Whether work runs outside the application's process.",
    purpose="asynchronous work",
    reasons=_reasons,
    absent="no queue, so a worker has no work",
    requires="queue",
    is_implied=True,
)
