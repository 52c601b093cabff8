"""Construction of the workload from dazzle.toml, the model and the requirements."""

from __future__ import annotations

import re
from typing import Final

from dazzle_infra.appspec import AppSpec
from dazzle_infra.project.manifest import EnvironmentTable, Manifest
from dazzle_infra.project.runtimes.record import Commands
from dazzle_infra.requirements.model import Inferred
from dazzle_infra.values.profiles import SCALES, profile_of
from dazzle_infra.workload.bindings import bindings_of, secrets_of, settings_of
from dazzle_infra.workload.model import Environment, Workload, WritablePath
from dazzle_infra.workload.needs import applicable
from dazzle_infra.workload.services import schedules_of, services_of
from dazzle_infra.workload.stores import bucket_stores, stores_of
from dazzle_infra.workload.variables import one_line

__all__ = ["environments_of", "tenant_domain", "workload_of"]

_TEMPORARY: Final = WritablePath("/tmp", persistent=False)  # noqa: S108 - in a container
_USER: Final = 10001
_NOBODY: Final = 65534
"""The user of an image that serves static files; it owns no file."""

_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")

_NO_VERSION: Final = "0.1.0"
"""The version of an application whose model states an empty one; also that of a model without one."""


def workload_of(
    manifest: Manifest,
    appspec: AppSpec,
    inferred: Inferred,
    commands: Commands,
) -> Workload:
    """Return the workload of an application.

    Args:
        manifest: The content of dazzle.toml, with the runtime.
        appspec: The model.
        inferred: The requirements of the application.
        commands: How the application is served and migrated.
    """
    runtime = manifest.runtime.record
    inferred = applicable(manifest, inferred)
    needed = frozenset(one.name for one in inferred if one.needed)
    schedules = schedules_of(inferred)
    environments = environments_of(manifest)
    profiles = {one.profile for one in environments}
    services = services_of(
        manifest,
        needed,
        schedules,
        commands,
        scale=[scale for profile, scale in SCALES.items() if profile in profiles][-1],
        health_host=_health_host(appspec) if runtime.reads_model else "",
    )
    buckets = bucket_stores(inferred, [one.name for one in services])
    return Workload(
        name=manifest.name,
        title=one_line(appspec.title or appspec.name) or manifest.name,
        version=(manifest.version if manifest.says("project", "version") else appspec.version) or _NO_VERSION,
        runtime=runtime.name,
        needs=needed,
        services=services,
        schedules=schedules,
        stores=stores_of(inferred, needed, buckets),
        bindings=bindings_of(inferred, needed, buckets, runtime, services[0].command),
        settings=settings_of(inferred),
        secrets=secrets_of(inferred),
        writable_paths=(*(WritablePath(folder.path, True) for folder in runtime.data_folders), _TEMPORARY),
        user_id=_NOBODY if runtime.serves_static_files else _USER,
        environments=environments,
    )


def environments_of(manifest: Manifest) -> tuple[Environment, ...]:
    """Return the environments of an application, as `[infra.env.NAME]` states them."""
    stated = ((name, manifest.infra.env.get(name, EnvironmentTable())) for name in manifest.environments)
    return tuple(
        Environment(name, one.profile or profile_of(name), one.domain_name or "", one.image or "", one.approval)
        for name, one in stated
    )


def tenant_domain(appspec: AppSpec) -> str:
    """Return the domain below which each tenant has the host `SLUG.domain`; empty if tenants have no such hosts.

    Dazzle reads the slug of a host only with the topology `provider_subdomain`
    (dazzle-dsl 0.125, http/runtime/tenant/middleware.py).
    """
    tenants = [entity.tenant_host for entity in appspec.entities if entity.tenant_host is not None]
    domains = {(tenant.domain or "").lower() for tenant in tenants if tenant.topology == "provider_subdomain"}
    return min(filter(_HOST.fullmatch, domains), default="")


def _health_host(appspec: AppSpec) -> str:
    """Return a host that the application accepts if the model has tenants with host names; else an empty text.

    With `tenant_host` Dazzle answers 400 to every other host, health checks included
    (dazzle-dsl 0.125, http/runtime/tenant/middleware.py).
    """
    tenants = [entity.tenant_host for entity in appspec.entities if entity.tenant_host is not None]
    hosts = {host.lower() for tenant in tenants for host in tenant.canonical_hosts}
    return min(filter(_HOST.fullmatch, hosts), default="")
