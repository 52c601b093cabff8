"""From requirements and manifest to the answers of the Terraform template."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dazzle_infra.answers.cron import aws_expression
from dazzle_infra.answers.profiles import EnvironmentSettings, resolve
from dazzle_infra.answers.shared import (
    external,
    generated_secrets,
    one_line,
    storage_variables,
    variable,
)
from dazzle_infra.answers.terraform import Environment, Schedule, TerraformAnswers
from dazzle_infra.errors import UsageError
from dazzle_infra.inference.model import Inferred
from dazzle_infra.manifest import Manifest

__all__ = ["recorded_networks", "terraform_answers"]

_FIRST_NETWORK = "10.0.0.0/16"
_NETWORKS = [str(one) for one in ipaddress.IPv4Network("10.0.0.0/8").subnets(new_prefix=16)]


def terraform_answers(
    manifest: Manifest,
    inferred: Inferred,
    title: str,
    networks: Mapping[str, str] | None = None,
    migrate: Sequence[str] = (),
) -> TerraformAnswers:
    """Reduce what is known to what the Terraform template asks.

    A site that is built and served as files has nothing that could read a database or a variable, so that nothing
    is made for it.

    Args:
        manifest: What dazzle.toml says.
        inferred: What the application needs.
        title: The application's title.
        networks: IPv4 ranges of environments that were made already; another range would replace their networks.
        migrate: What brings the database to the application, where Dazzle does not.

    Raises:
        UsageError: The cloud cannot express a schedule, or an environment contradicts itself.
    """
    infra, terraform = manifest.infra, manifest.terraform
    is_static = manifest.runtime.name == "react"
    needed = frozenset() if is_static else frozenset(one.name for one in inferred if one.needed)
    scheduler = "scheduler" in needed and bool(infra.scheduler_command)
    settings = [] if is_static else [*external(inferred)]
    return TerraformAnswers(
        app_name=manifest.name,
        app_title=one_line(title),
        directory=terraform.root_module,
        cloud_provider=terraform.cloud_provider,
        environments=_environments(manifest, networks or {}),
        runtime=manifest.runtime.name,
        migrate_command=list(migrate) if "database" in needed else [],
        entry_points=list(manifest.entry_points),
        database="database" in needed,
        cache="cache" in needed,
        queue="queue" in needed,
        worker="worker" in needed and manifest.has_worker_command,
        worker_command=list(infra.worker_command),
        scheduler=scheduler,
        scheduler_command=list(infra.scheduler_command),
        schedules=[] if is_static else _schedules(inferred, translated=scheduler),
        storage="storage" in needed,
        storage_buckets=[] if is_static else storage_variables(inferred, "buckets"),
        storage_endpoints=[] if is_static else storage_variables(inferred, "endpoints"),
        storage_regions=[] if is_static else storage_variables(inferred, "regions"),
        mail="mail" in needed,
        webhooks="webhooks" in needed,
        ledger="ledger" in needed,
        settings=[variable(setting) for setting in settings if not setting.secret],
        secrets=[variable(setting) for setting in settings if setting.secret],
        generated_secrets=[] if is_static else sorted(generated_secrets(inferred)),
    )


def recorded_networks(answers: Mapping[str, object]) -> dict[str, str]:
    """Return the IPv4 range of each environment in recorded answers, by its name; what is no range is left out."""
    environments = answers.get("environments")
    found = [one for one in environments if isinstance(one, Mapping)] if isinstance(environments, list) else []
    ranges = {str(one["name"]): str(one["network_cidr"]) for one in found if {"name", "network_cidr"} <= one.keys()}
    return {name: text for name, text in ranges.items() if _is_range(text)}


def _is_range(text: str) -> bool:
    try:
        ipaddress.IPv4Network(text)
    except ValueError:
        return False
    return True


def _environments(manifest: Manifest, made: Mapping[str, str]) -> list[Environment]:
    terraform = manifest.terraform
    networks = _networks(terraform.environments, terraform.env, made)
    return [
        resolve(
            name,
            terraform.env.get(name, EnvironmentSettings()).model_copy(update={"network_cidr": networks[name]}),
            region=terraform.region,
            container_image=terraform.container_image,
        )
        for name in terraform.environments
    ]


def _networks(
    names: Iterable[str], settings: Mapping[str, EnvironmentSettings], made: Mapping[str, str]
) -> dict[str, str]:
    """Return each environment's range: what is set, what was made, else the first that overlaps no other."""
    chosen = {name: one.network_cidr for name, one in settings.items() if one.network_cidr}
    taken = dict(made) | chosen
    for name in names:
        taken.setdefault(name, _free(taken.values()))
    return taken


def _free(taken: Iterable[str]) -> str:
    others = [ipaddress.ip_network(one) for one in taken]
    free = (one for one in _NETWORKS if not any(ipaddress.ip_network(one).overlaps(other) for other in others))
    return next(free, _FIRST_NETWORK)


def _schedules(inferred: Inferred, *, translated: bool) -> list[Schedule]:
    """Return the model's schedules; their times only where the cloud is to keep them."""
    found = inferred["scheduler"].detail.get("schedules", [])
    assert isinstance(found, list | tuple)  # noqa: S101 - inference makes it so
    return [_schedule(schedule, translated=translated) for schedule in found]


def _schedule(schedule: Mapping[str, Any], *, translated: bool) -> Schedule:
    name = str(schedule["name"])
    if not translated:
        return Schedule(name=name)
    try:
        expression = aws_expression(schedule["cron"], schedule["interval_seconds"])
    except UsageError as error:
        raise UsageError(f"schedule {name}: {error.message}", where=error.where, hint=error.hint) from error
    return Schedule(name=name, expression=expression, timezone=schedule["timezone"] or "UTC")
