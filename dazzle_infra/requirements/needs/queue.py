"""The queue, for work that runs outside of requests."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.asynchronous import asynchronous_work, synchronous_work
from dazzle_infra.requirements.evidence import Finding, whole_model
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord
from dazzle_infra.requirements.redis import REDIS_URL
from dazzle_infra.requirements.settings import Claim

__all__ = ["NEED"]

_PURPOSE = "asynchronous work"


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    yield from asynchronous_work(appspec)
    yield from map(Finding, facts.work)


def _variables(facts: ProjectFacts) -> Iterator[Claim]:
    yield REDIS_URL
    yield Claim("QUEUE_URL", whole_model(_PURPOSE), origin="platform", cloud_only=True)


NEED = NeedRecord(
    name="queue",
    summary="Whether a queue is needed for asynchronous work.",
    purpose=_PURPOSE,
    reasons=_reasons,
    absent="no integration, no process step outside the database, no schedule, no triggered llm_intent, no sla,"
    " no message, event or job, no domain_service of kind workflow",
    near_misses=synchronous_work,
    variables=_variables,
)
