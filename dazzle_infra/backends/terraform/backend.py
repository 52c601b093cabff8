"""The Terraform backend: modules and environments for the cloud; it takes the container image as given."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend, Capabilities, Folder, Provision
from dazzle_infra.backends.command_remarks import command_remarks
from dazzle_infra.backends.entry_sources import own_answer, source_of_entry
from dazzle_infra.backends.identity import Kept, Made, Replaced, changed_name
from dazzle_infra.backends.impact import Impact
from dazzle_infra.backends.provenance import keys_of, provenance
from dazzle_infra.backends.terraform import NAME, SUMMARY
from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.backends.terraform.building import CLOUD_NAME, terraform_answers
from dazzle_infra.backends.terraform.entry_points import check_servers, check_shell
from dazzle_infra.backends.terraform.environments import (
    environments_of,
    holds_data,
    kept_regions,
    replaced_environments,
)
from dazzle_infra.backends.terraform.hooks import TerraformFmt, TerraformNextSteps, TerraformValidate
from dazzle_infra.backends.terraform.remarks import alarm_remarks, certificate_remarks, tenant_remarks
from dazzle_infra.backends.terraform.settings import SHARED_KEYS, TerraformSettings, terraform_settings
from dazzle_infra.backends.terraform.sources import TERRAFORM_SOURCES, source_of_environment
from dazzle_infra.backends.unserved import unserved_remarks
from dazzle_infra.clouds.aws.quotas import address_remarks
from dazzle_infra.hooks import Hook, relative_path
from dazzle_infra.merging.changes import ChangeSet
from dazzle_infra.project.manifest import BackendSettings
from dazzle_infra.requirements.model import Need
from dazzle_infra.templates.fitting import FieldPath
from dazzle_infra.workload.building import tenant_domain
from dazzle_infra.workload.needs import reason_not_provided

if TYPE_CHECKING:
    from dazzle_infra.backends.contributions import DeployTarget
    from dazzle_infra.backends.file_checks import FileCheck
    from dazzle_infra.backends.tools import Tool

__all__ = ["TerraformBackend"]

_PROVIDES: dict[Need, Provision] = {
    "cache": Provision("ElastiCache (Valkey)", "encrypted, in private subnets"),
    "database": Provision("RDS (PostgreSQL)", "encrypted, in private subnets"),
    "ledger": Provision(None, "TigerBeetle is not created: run a cluster, and configure its address"),
    "llm": Provision(None, "calls the provider's API; set its key in the secret that is created"),
    "mail": Provision("SES", "an identity for the environment's mail domain"),
    "queue": Provision("SQS", "with a dead-letter queue; QUEUE_URL contains the address"),
    "scheduler": Provision("EventBridge Scheduler", "starts `[infra] scheduler_command` on the model's schedules"),
    "search": Provision("RDS (PostgreSQL)", "PostgreSQL's full-text search; nothing else is created"),
    "storage": Provision("S3", "private and versioned"),
    "tenancy": Provision("RDS (PostgreSQL)", "tenants share the database; nothing else is created"),
    "webhooks": Provision("the load balancer", "webhook paths are public, over HTTPS"),
    "worker": Provision("an ECS service", "runs the application's image without a port"),
}
_STATEFUL = (
    "aws_cognito_user_pool",
    "aws_db_instance",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_ebs_volume",
    "aws_efs_file_system",
    "aws_elasticache_replication_group",
    "aws_elasticache_serverless_cache",
    "aws_kms_key",
    "aws_opensearch_domain",
    "aws_rds_cluster",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
    "aws_sqs_queue",
    "aws_ssm_parameter",
)
_EFFECT = "Terraform then starts from an empty state and creates everything again; the data is not copied"


class TerraformBackend(Backend):
    """Makes the modules and environments."""

    name: ClassVar[str] = NAME
    summary: ClassVar[str] = SUMMARY
    template: ClassVar[str] = "terraform"
    Settings: ClassVar[type[BackendSettings]] = TerraformSettings
    Answers: ClassVar[type[Answers]] = TerraformAnswers
    uses: ClassVar[tuple[Literal["image", "targets"], ...]] = ("image",)
    secret_places: ClassVar[Mapping[str, str]] = {"*.tfvars": "*.auto.tfvars"}

    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""
        return Capabilities(("hcl",), supports_incremental=True, requires_config=False)

    def answers(self, application: Application, made: Made | None = None) -> TerraformAnswers:
        """Return the answers to the Terraform template's questions; names, regions and ranges of what exists stay."""
        return terraform_answers(
            *(application.manifest, application.inferred, application.workload, made, application.image),
            files=application.files,
            tenant_domain=tenant_domain(application.appspec),
        )

    def validate(self, application: Application) -> None:
        """Refuse what the cloud or a server cannot do."""
        super().validate(application)
        check_servers(application)
        check_shell(application.manifest, environments_of(application.manifest, Made()))

    def kept(self, application: Application, made: Made, answers: Mapping[str, object]) -> list[Kept]:
        """Return the name and the regions that are not those of dazzle.toml."""
        manifest = application.manifest
        names = made.kept_name(manifest, CLOUD_NAME, answers.get("app_name"), _EFFECT)
        return [*names, *kept_regions(manifest, answers)]

    def replaced(self, before: Mapping[str, object], after: Mapping[str, object]) -> list[Replaced]:
        """Return the state and the names in the cloud where the name changes, and environments that move."""
        found, changed = replaced_environments(before, after), changed_name(before, after)
        if changed is None:
            return found
        old, new = changed
        consequence = (
            f"the state key becomes {new}/ENVIRONMENT/terraform.tfstate and every name in the cloud begins with {new}: "
            f"Terraform starts from an empty state and creates everything again, resources named {old} are no "
            "longer managed, the data of databases and buckets is not copied; with a migrated state, the next apply "
            "replaces them, data included"
        )
        return [Replaced("app_name", None, None, old, new, holds_data(before), consequence), *found]

    def provides(self, need: Need, application: Application) -> Provision:
        """Say which service of the cloud provides the need."""
        reason = reason_not_provided(need, application.manifest)
        if reason is not None:
            return Provision(None, reason)
        return _PROVIDES[need]

    def warnings(self, application: Application) -> list[str]:
        """Name work that nothing does, environments without alarms or an accepted host, certificates, and a quota."""
        environments = environments_of(application.manifest, Made())
        return [
            *unserved_remarks(self, application),
            *alarm_remarks(environments),
            *certificate_remarks(environments),
            *address_remarks(environments),
            *command_remarks(application),
            *tenant_remarks(environments, application.workload, application.inferred),
        ]

    def because(self, question: str, application: Application, part: Difference | None = None) -> str:
        """Say where an answer comes from."""
        manifest = application.manifest
        known = own_answer(question, self.table, manifest)
        if known is None and part is not None and question == "environments":
            known = source_of_environment(part, manifest)
        known = known or source_of_entry(question, part, manifest)
        return known or provenance(question, TERRAFORM_SOURCES, manifest, application.inferred)

    def keys_of(self, path: FieldPath) -> Sequence[tuple[str, ...]]:
        """Return the keys of dazzle.toml that may set an answer or a field of it."""
        if path[0] == "environments" and len(path) == 3:
            _, name, field = path
            shared = [("infra", "env", name, SHARED_KEYS[field])] if field in SHARED_KEYS else []
            return (("infra", "terraform", "env", name, field), *shared, ("infra", "terraform", field))
        return keys_of(path, TERRAFORM_SOURCES)

    def dropped_folders(self, root: Path, answers: Mapping[str, object]) -> list[Folder]:
        """Return the roots of environments that are not in the manifest any more.

        Where nothing is left but what Terraform itself keeps there, the folder was retired already.
        """
        environments = answers.get("environments")
        if not isinstance(environments, list):  # a fork without that question
            return []
        named = {environment["name"] for environment in environments}
        others = (path for path in sorted((root / "envs").glob("*")) if path.is_dir() and path.name not in named)
        present = [path for path in others if any(one.name != ".terraform" for one in path.iterdir())]
        return [
            Folder(path.name, f"envs/{path.name}", f"terraform -chdir={shlex.quote(relative_path(path))} destroy")
            for path in present
        ]

    def target(self, application: Application) -> DeployTarget:
        """Return the scripts in `ops`, which template 2.2.0 and later have."""
        from dazzle_infra.backends.terraform.target import terraform_target

        return terraform_target(terraform_settings(application.manifest))

    def impact(self, root: Path, changes: ChangeSet) -> Impact | None:
        """Return which addresses of resources the changes drop or move; None where no `.tf` file changes."""
        changed = [one for one in changes.changes if one.is_pending and one.path.endswith(".tf")]
        if not changed:
            return None
        # Not needed where nothing has moved on, which is what is asked most.
        from dazzle_infra.backends.terraform.impact import TooManyError, addresses_after, files_below

        before = files_below(root)
        written = {one.path: one.after.content for one in changed if one.after is not None}
        gone = {one.path for one in changed}
        after = {path: content for path, content in before.items() if path not in gone} | written
        try:
            return addresses_after(before, after, _STATEFUL)
        except TooManyError:
            return Impact(unknown=tuple(sorted(gone)))

    def tools(self) -> list[Tool]:
        """Return Terraform or OpenTofu."""
        from dazzle_infra.backends.terraform.tools import terraform_tools

        return terraform_tools()

    def file_checks(self) -> Sequence[FileCheck]:
        """Return the checks of layout and validity."""
        from dazzle_infra.backends.terraform.file_checks import FILE_CHECKS

        return FILE_CHECKS

    def hooks(self) -> Sequence[Hook]:
        """Return the checks by Terraform, and the next steps."""
        return (TerraformFmt(), TerraformValidate(), TerraformNextSteps())
