"""Language models, which the application calls at their providers."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for model in appspec.llm_models:
        yield found("llm_model", model.name, f"a model of {model.provider}", model.source)


NEED = NeedRecord(
    name="llm",
    summary="Whether language models are called.",
    purpose="the model's language models",
    reasons=_reasons,
    absent="no llm_model",
)
