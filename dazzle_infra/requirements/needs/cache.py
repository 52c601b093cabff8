"""The cache: responses of other systems, state between steps, and counters that instances share."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord
from dazzle_infra.requirements.redis import REDIS_URL
from dazzle_infra.requirements.settings import Claim

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for integration in appspec.integrations:
        yield found("integration", integration.name, "its responses are cached", integration.source)
    for model in appspec.foreign_models:
        yield found("foreign_model", model.name, "responses of the other system are cached", model.source)
    for experience in appspec.experiences:
        yield found("experience", experience.name, "keeps state between steps", experience.source)
    config = appspec.llm_config
    if config is not None and config.rate_limits:
        yield found("llm_config", "", "rate_limits of language models are counted across instances")
    if config is not None and config.concurrency:
        yield found("llm_config", "", "concurrency of language models is counted across instances")


def _variables(facts: ProjectFacts) -> Iterator[Claim]:
    yield REDIS_URL


NEED = NeedRecord(
    name="cache",
    summary="Whether a cache is needed for external responses and counters.",
    purpose="cached answers and shared state",
    reasons=_reasons,
    absent="no integration, no foreign_model, no experience, no rate_limits or concurrency of language models",
    variables=_variables,
)
