"""Tenants that share the application. The isolation mode of the model takes precedence over that of the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    if _mode_of_manifest(facts) is not None:
        yield found("manifest", "[tenant]", f"isolation is {_mode_of_manifest(facts)}")
    if appspec.tenancy is not None:
        yield found("tenancy", "", f"tenants are isolated by {appspec.tenancy.isolation.mode}")
    for entity in appspec.entities:
        if entity.tenant_host is not None:
            below = f" below {entity.tenant_host.domain}" if entity.tenant_host.domain else ""
            because = f"is a tenant with a host name of its own{below}"
            yield found("entity", entity.name, because, entity.source, is_platform=entity.is_platform)


def _details(appspec: AppSpec, facts: ProjectFacts) -> Mapping[str, object]:
    """Return the isolation mode, and for tenants with host names their entities, domains, and hosts of no tenant."""
    mode = appspec.tenancy.isolation.mode if appspec.tenancy is not None else _mode_of_manifest(facts)
    hosts = [(entity.name, entity.tenant_host) for entity in appspec.entities if entity.tenant_host is not None]
    if not hosts:
        return {"mode": mode}
    return {
        "mode": mode,
        "entities": sorted({name for name, _ in hosts}),
        "domains": sorted({host.domain for _, host in hosts if host.domain}),
        "canonical_hosts": sorted({name for _, host in hosts for name in host.canonical_hosts}),
    }


def _mode_of_manifest(facts: ProjectFacts) -> str | None:
    return None if facts.tenant_isolation == "none" else facts.tenant_isolation


NEED = NeedRecord(
    name="tenancy",
    summary="Whether tenants are isolated.",
    purpose="tenants of their own",
    reasons=_reasons,
    absent="no tenancy, and no entity with tenant_host",
    details=_details,
    requires="database",
)
