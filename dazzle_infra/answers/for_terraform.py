"""From requirements and manifest to the answers of the Terraform template."""

from __future__ import annotations

from collections.abc import Mapping
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

__all__ = ["terraform_answers"]


def terraform_answers(manifest: Manifest, inferred: Inferred, title: str) -> TerraformAnswers:
    """Reduce what is known to what the Terraform template asks.

    Args:
        manifest: What dazzle.toml says.
        inferred: What the application needs.
        title: The application's title.

    Raises:
        UsageError: The cloud cannot express a schedule, or an environment contradicts itself.
    """
    infra, terraform = manifest.infra, manifest.terraform
    scheduler = inferred.needs("scheduler") and bool(infra.scheduler_command)
    plain = [variable(setting) for setting in external(inferred) if not setting.secret]
    return TerraformAnswers(
        app_name=manifest.name,
        app_title=one_line(title),
        directory=terraform.root_module,
        cloud_provider=terraform.cloud_provider,
        environments=_environments(manifest),
        entry_points=list(manifest.entry_points),
        database=inferred.needs("database"),
        cache=inferred.needs("cache"),
        queue=inferred.needs("queue"),
        worker=inferred.needs("worker") and manifest.has_worker_command,
        worker_command=list(infra.worker_command),
        scheduler=scheduler,
        scheduler_command=list(infra.scheduler_command),
        schedules=_schedules(inferred, translated=scheduler),
        storage=inferred.needs("storage"),
        storage_buckets=storage_variables(inferred, "buckets"),
        storage_endpoints=storage_variables(inferred, "endpoints"),
        storage_regions=storage_variables(inferred, "regions"),
        mail=inferred.needs("mail"),
        webhooks=inferred.needs("webhooks"),
        ledger=inferred.needs("ledger"),
        settings=plain,
        secrets=[variable(setting) for setting in external(inferred) if setting.secret],
        generated_secrets=sorted(generated_secrets(inferred)),
    )


def _environments(manifest: Manifest) -> list[Environment]:
    terraform = manifest.terraform
    return [
        resolve(
            name,
            terraform.env.get(name, EnvironmentSettings()),
            region=terraform.region,
            container_image=terraform.container_image,
        )
        for name in terraform.environments
    ]


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
