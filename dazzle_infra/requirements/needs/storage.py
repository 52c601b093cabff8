"""The store for files: buckets for fields, for artifacts of language models, and for tables of dazzle.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dazzle_infra.appspec.domain import FileField
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found, whole_model
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.names import bucket_name, holds_endpoint, holds_region
from dazzle_infra.requirements.needs.record import NeedRecord
from dazzle_infra.requirements.settings import Claim

__all__ = ["NEED"]

_PURPOSE = "stored files"
_DEFAULT_BUCKET = "STORAGE_BUCKET"
"""The variable with the name of the bucket if dazzle.toml names none."""


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for entity in appspec.entities:
        for field in entity.fields:
            yield found("entity", entity.name, _describe(field), entity.source, is_platform=entity.is_platform)
    store = appspec.llm_config.artifact_store if appspec.llm_config is not None else "local"
    if store != "local":
        yield found("llm_config", "", f"artifact_store of the language models is {store}")
    for table in facts.storage:
        yield found("manifest", f"[storage.{table.name}]", "an object store", table.source)


def _describe(field: FileField) -> str:
    stores = f", kept in {' or '.join(field.storage)}" if field.storage else ""
    return f"field {field.name}: {field.type.kind}{stores}"


def _details(appspec: AppSpec, facts: ProjectFacts) -> Mapping[str, object]:
    """Return the names of the variables that hold the buckets, their addresses and their regions."""
    buckets = {name for table in facts.storage for name in table.bucket_variables} or {_DEFAULT_BUCKET}
    others = {name for table in facts.storage for name in table.variables}
    return {
        "buckets": sorted(buckets),
        "endpoints": sorted(filter(holds_endpoint, others)),
        "regions": sorted(filter(holds_region, others)),
    }


def _variables(facts: ProjectFacts) -> Iterator[Claim]:
    if not any(table.bucket_variables for table in facts.storage):
        yield Claim(_DEFAULT_BUCKET, whole_model(_PURPOSE), default=bucket_name("storage"), origin="platform")


NEED = NeedRecord(
    name="storage",
    summary="Whether files are stored.",
    purpose=_PURPOSE,
    reasons=_reasons,
    absent="no field of kind file, no [storage.*] table in dazzle.toml, no artifact_store other than local",
    details=_details,
    variables=_variables,
)
