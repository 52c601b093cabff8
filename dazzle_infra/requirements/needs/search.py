"""Full-text search, which PostgreSQL provides."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for search in appspec.searches:
        fields = f" over {', '.join(field.path for field in search.fields)}" if search.fields else ""
        because = f"full text{fields}: served by PostgreSQL's full-text search, no extra service"
        yield found("search", search.entity, because)


NEED = NeedRecord(
    name="search",
    summary="Whether full-text search is needed.",
    purpose="full-text search",
    reasons=_reasons,
    absent="no search",
    requires="database",
)
