"""The needs that data brings: where it is kept, searched and sent, and who shares it."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.domain import FileField
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.inference.evidence import Finding, found, whole_model
from dazzle_infra.inference.facts import ProjectFacts
from dazzle_infra.inference.names import holds_endpoint, holds_region
from dazzle_infra.inference.rules import Outcome, outcome

__all__ = ["DEFAULT_BUCKET", "database", "ledger", "llm", "mail", "search", "storage", "tenancy"]

DEFAULT_BUCKET = "STORAGE_BUCKET"
"""The variable that names the bucket where dazzle.toml names none."""


def database(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when there are entities."""
    reasons = [
        found("entity", e.name, "is kept in PostgreSQL", e.source, is_platform=e.is_platform) for e in appspec.entities
    ]
    return outcome("database", reasons, [whole_model("no entity")])


def storage(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when files are kept."""
    looked_for = "no field of kind file, no [storage.*] table in dazzle.toml, no artifact_store other than local"
    buckets = {name for table in facts.storage for name in table.bucket_variables} or {DEFAULT_BUCKET}
    others = {name for table in facts.storage for name in table.variables}
    detail = {
        "buckets": sorted(buckets),
        "endpoints": sorted(filter(holds_endpoint, others)),
        "regions": sorted(filter(holds_region, others)),
    }
    return outcome("storage", _stored(appspec, facts), [whole_model(looked_for)], detail)


def _stored(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for entity in appspec.entities:
        for field in entity.fields:
            because = _describe(field)
            yield found("entity", entity.name, because, entity.source, is_platform=entity.is_platform)
    store = appspec.llm_config.artifact_store if appspec.llm_config is not None else "local"
    if store != "local":
        yield found("llm_config", "", f"the artifact_store of language models is {store}")
    for table in facts.storage:
        yield found("manifest", f"[storage.{table.name}]", "is a store of objects", table.source)


def _describe(field: FileField) -> str:
    stores = f", kept in {' or '.join(field.storage)}" if field.storage else ""
    return f"field {field.name}: {field.type.kind}{stores}"


def mail(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when something is sent by e-mail."""
    reasons = [found("channel", c.name, "its kind is email", c.source) for c in appspec.channels if c.kind == "email"]
    reasons += [
        found("notification", n.name, "is sent by email", n.source)
        for n in appspec.notifications
        if "email" in n.channels
    ]
    return outcome("mail", reasons, [whole_model("no channel of kind email, no notification by email")])


def search(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when something is searched; PostgreSQL does it."""
    reasons = []
    for item in appspec.searches:
        fields = f" over {', '.join(field.path for field in item.fields)}" if item.fields else ""
        because = f"full text{fields}: PostgreSQL's own full-text search, nothing is created for it"
        reasons.append(found("search", item.entity, because))
    return outcome("search", reasons, [whole_model("no search")])


def llm(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when there are language models."""
    reasons = [found("llm_model", m.name, f"a model of {m.provider}", m.source) for m in appspec.llm_models]
    return outcome("llm", reasons, [whole_model("no llm_model")])


def ledger(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when there are ledgers; no backend makes one, and the evidence says what to do."""
    because = "lives in TigerBeetle, which is not created: run a cluster and give the application its address"
    reasons = [found("ledger", item.name, because, item.source) for item in appspec.ledgers]
    reasons += [found("transaction", item.name, because, item.source) for item in appspec.transactions]
    return outcome("ledger", reasons, [whole_model("no ledger, no transaction")])


def tenancy(appspec: AppSpec, facts: ProjectFacts) -> Outcome:
    """Needed when tenants share the application; the model's isolation mode wins over the manifest's."""
    reasons, mode = [], None
    if facts.tenant_isolation not in (None, "none"):
        mode = facts.tenant_isolation
        reasons.append(found("manifest", "[tenant]", f"isolation is {mode}"))
    if appspec.tenancy is not None:
        mode = appspec.tenancy.isolation.mode
        reasons.append(found("tenancy", "", f"tenants are kept apart by {mode}"))
    return outcome("tenancy", reasons, [whole_model("no tenancy")], {"mode": mode})
