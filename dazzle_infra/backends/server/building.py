"""From requirements and manifest to the answers of the server template."""

from __future__ import annotations

from typing import Any, Final

from dazzle_infra.backends.contributions import ImageBuild
from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.server.answers import ServerAnswers, ServerEnvironment
from dazzle_infra.backends.server.calendar import calendar_events
from dazzle_infra.backends.server.names import check_names
from dazzle_infra.backends.server.settings import server_settings
from dazzle_infra.backends.server.sizes import memory_of, postgres_sizes
from dazzle_infra.errors import ManifestError, UsageError
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.profiles import profile_of
from dazzle_infra.workload.labels import APPLICATION_LIMIT
from dazzle_infra.workload.model import Role, Workload
from dazzle_infra.workload.vocabulary import Output, vocabulary

__all__ = ["SERVER_NAME", "server_answers"]

SERVER_NAME: Final = APPLICATION_LIMIT
"""The length of the application's name."""

_WITH_PASSWORD: Final[frozenset[Role]] = frozenset({"url", "queue_url"})


def server_answers(
    manifest: Manifest,
    workload: Workload,
    made: Made | None = None,
    image: ImageBuild | None = None,
    tenant_domain: str = "",
) -> ServerAnswers:
    """Reduce what is known to what the server template asks.

    Args:
        manifest: What dazzle.toml says.
        workload: What runs.
        made: What was made already, whose name is kept.
        image: How the image is built; None for `[infra] dockerfile`, or else that of the project's root.
        tenant_domain: The domain below which each tenant has a host; empty if tenants have none.

    Raises:
        ManifestError: A machine does not have enough memory, or the name of an entry point cannot be used.
        UsageError: A schedule is no cron expression, or its name cannot be used.
    """
    check_names(manifest, workload)
    settings, image = server_settings(manifest), image or ImageBuild(manifest.infra.dockerfile or "")
    name = (made or Made()).name(manifest, SERVER_NAME)
    told = vocabulary(workload, Output(settings.output, name, environments=settings.environments))
    own = {
        "schedules": [_schedule(one) for one in told["services"] if one["kind"] == "scheduled"],
        "tenant_domain": tenant_domain,
        "object_storage": settings.object_storage,
        "secrets_source": settings.secrets,
        "monitoring": settings.monitoring,
        "dockerfile": image.dockerfile,
        "build_context": image.context,
        "build_secrets": list(image.secrets),
        "environments": [_environment(one, manifest, workload, name) for one in settings.environments],
    }
    kept = {key: value for key, value in told.items() if key in ServerAnswers.model_fields}
    fields = {"cron", "timezone", "min_count", "max_count"}
    # On this machine, these addresses contain the passwords of PostgreSQL and Redis.
    kept["bindings"] = [{**one, "secret": one["secret"] or one["role"] in _WITH_PASSWORD} for one in told["bindings"]]
    kept["services"] = [{key: value for key, value in one.items() if key not in fields} for one in told["services"]]
    return ServerAnswers.model_validate({**kept, **own})


def _schedule(service: dict[str, Any]) -> dict[str, object]:
    try:
        return {"name": service["name"], "calendar": calendar_events(service["cron"], service["timezone"])}
    except UsageError as error:
        raise UsageError(f"schedule {service['name']}: {error.message}", where=error.where, hint=error.hint) from error


def _environment(environment: str, manifest: Manifest, workload: Workload, name: str) -> ServerEnvironment:
    settings, shared = server_settings(manifest), manifest.infra.env.get(environment)
    own = settings.settings_of(environment, manifest.infra.env)
    try:
        memory = memory_of(
            own.memory_mb,
            {one.name: one.kind for one in workload.services},
            {one.engine for one in workload.stores},
            own_storage=settings.object_storage == "own",
            monitoring=settings.monitoring,
        )
    except UsageError as error:
        raise ManifestError(
            f"{error.message}; memory_mb of {environment} is {own.memory_mb}",
            where=manifest.where("infra", "server", "env", environment, "memory_mb"),
            hint=f"choose a larger machine and set memory_mb in [infra.server.env.{environment}]",
        ) from None
    domain = own.domain_name or ""
    return ServerEnvironment(
        name=environment,
        profile=(shared.profile if shared else None) or profile_of(environment),
        domain=domain,
        host=own.host or domain,
        user=own.user,
        port=own.port,
        jump_host=own.jump_host or "",
        directory=own.directory or f"/srv/{name}",
        architecture=own.architecture,
        memory_mb=own.memory_mb,
        acme_email=own.acme_email or "",
        backup_repository=own.backup or "",
        alert_email=own.alert_email or "",
        alert_webhook=own.alert_webhook or "",
        memory=memory,
        postgres=postgres_sizes(memory),
    )
