"""From requirements and manifest to the answers of the Terraform template."""

from __future__ import annotations

from dazzle_infra.backends.contributions import ImageBuild
from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.terraform.answers import Schedule, TerraformAnswers
from dazzle_infra.backends.terraform.buckets import renamed_buckets
from dazzle_infra.backends.terraform.deployers import deployer_answers
from dazzle_infra.backends.terraform.entry_points import cloud_entry_points
from dazzle_infra.backends.terraform.environments import environments_of, state_region_of, state_regions_of
from dazzle_infra.backends.terraform.settings import terraform_settings
from dazzle_infra.clouds.aws.cron import aws_expression
from dazzle_infra.errors import UsageError
from dazzle_infra.project.files import ProjectFiles
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.requirements.model import Inferred
from dazzle_infra.values.names import NameLimit
from dazzle_infra.values.records import Variable
from dazzle_infra.workload.model import Schedule as Scheduled
from dazzle_infra.workload.model import Workload
from dazzle_infra.workload.needs import applicable
from dazzle_infra.workload.variables import storage_variables

__all__ = ["CLOUD_NAME", "terraform_answers"]

CLOUD_NAME = NameLimit(20)
"""The length of the application's name: names in the cloud, which begin with it, may have 32 characters."""


def terraform_answers(
    manifest: Manifest,
    inferred: Inferred,
    workload: Workload,
    made: Made | None = None,
    image: ImageBuild | None = None,
    files: ProjectFiles | None = None,
    tenant_domain: str = "",
) -> TerraformAnswers:
    """Reduce what is known to what the Terraform template asks.

    Args:
        manifest: What dazzle.toml says.
        inferred: What the application needs.
        workload: What runs.
        made: What was made already, whose name, regions and network ranges are kept.
        image: How the image is built; None for the Dockerfile in the project's root.
        files: The facts in the project's own files.
        tenant_domain: The domain below which each tenant has a host; empty if tenants have none.

    Raises:
        UsageError: The cloud cannot express a schedule, or an environment contradicts itself.
    """
    infra, terraform, made = manifest.infra, terraform_settings(manifest), made or Made()
    image = image or ImageBuild("")
    inferred, needs = applicable(manifest, inferred), workload.needs
    scheduler = "scheduler" in needs and bool(infra.scheduler_command)
    environments = environments_of(manifest, made, tenant_domain)
    buckets = storage_variables(inferred, "buckets")
    return TerraformAnswers(
        upgraded_from_1x=_is_from_version_1(made),
        app_name=made.name(manifest, CLOUD_NAME),
        app_title=workload.title,
        directory=terraform.output,
        cloud_provider=terraform.cloud_provider,
        environments=environments,
        state_region=state_region_of(environments, made),
        state_regions=state_regions_of(environments, made),
        dockerfile=image.dockerfile,
        build_context=image.context,
        build_secrets=list(image.secrets),
        **deployer_answers(terraform.deployers),
        runtime=manifest.runtime.record.known_as or workload.runtime,
        migrate_command=_migration(manifest, workload),
        entry_points=cloud_entry_points(manifest, workload, files or ProjectFiles()),
        database="database" in needs,
        cache="cache" in needs,
        queue="queue" in needs,
        worker=any(service.name == "worker" for service in workload.services),
        worker_command=list(manifest.worker_command),
        scheduler=scheduler,
        scheduler_command=list(infra.scheduler_command),
        schedules=[_schedule(schedule, translated=scheduler) for schedule in workload.schedules],
        storage="storage" in needs,
        storage_buckets=buckets,
        storage_endpoints=storage_variables(inferred, "endpoints"),
        storage_regions=storage_variables(inferred, "regions"),
        renamed_buckets=renamed_buckets(buckets, made),
        mail="mail" in needs,
        webhooks="webhooks" in needs,
        ledger="ledger" in needs,
        settings=[Variable(name=one.name, value=one.value, because=one.because) for one in workload.settings],
        secrets=[
            Variable(name=one.name, secret=True, because=one.because) for one in workload.secrets if not one.generated
        ],
        generated_secrets=[one.name for one in workload.secrets if one.generated],
    )


def _is_from_version_1(made: Made) -> bool:
    """Say whether version 1 of the template made the files: its answers do not contain the question."""
    return bool(made.recorded) and made.recorded.get("upgraded_from_1x", True) is True


def _migration(manifest: Manifest, workload: Workload) -> list[str]:
    """Return the command of the migration; empty where the template contains that of the runtime."""
    commands = [list(service.command) for service in workload.services if service.kind == "release"]
    return commands[0] if commands and not manifest.runtime.record.has_image_commands else []


def _schedule(schedule: Scheduled, *, translated: bool) -> Schedule:
    """Return a schedule of the model; its time only where the cloud is to keep it."""
    if not translated:
        return Schedule(name=schedule.name)
    try:
        expression = aws_expression(schedule.cron, schedule.interval_seconds)
    except UsageError as error:
        raise UsageError(f"schedule {schedule.name}: {error.message}", where=error.where, hint=error.hint) from error
    return Schedule(name=schedule.name, expression=expression, timezone=schedule.timezone)
