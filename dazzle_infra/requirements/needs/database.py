"""The database: where the application's entities are stored."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found, whole_model
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord
from dazzle_infra.requirements.settings import Claim

__all__ = ["NEED"]

_PURPOSE = "the application's data"


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for entity in appspec.entities:
        yield found("entity", entity.name, "stored in PostgreSQL", entity.source, is_platform=entity.is_platform)


def _variables(facts: ProjectFacts) -> Iterator[Claim]:
    # The password is a part of the address.
    yield Claim("DATABASE_URL", whole_model(_PURPOSE), secret=True, origin="platform")


NEED = NeedRecord(
    name="database",
    summary="Whether a PostgreSQL server is needed.",
    purpose=_PURPOSE,
    reasons=_reasons,
    absent="no entity",
    variables=_variables,
)
