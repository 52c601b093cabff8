"""The Terraform backend: modules and environments for the cloud; it takes the container image as given."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dazzle_infra.answers import TerraformAnswers
from dazzle_infra.answers.for_terraform import recorded_networks, terraform_answers
from dazzle_infra.answers.project import read_project_files
from dazzle_infra.answers.provenance import TERRAFORM_SOURCES, provenance
from dazzle_infra.backends.base import Application, Backend, Capabilities, Folder, Served, TemplateChoice
from dazzle_infra.engine import ChangeSet
from dazzle_infra.hooks import Hook, HookContext, HookResult
from dazzle_infra.inference.model import Need
from dazzle_infra.manifest import Manifest

if TYPE_CHECKING:
    from dazzle_infra.addresses import Addresses

__all__ = ["TerraformBackend"]

_SERVED: dict[Need, Served] = {
    "cache": Served("ElastiCache (Valkey)", "encrypted, in private subnets"),
    "database": Served("RDS (PostgreSQL)", "encrypted, in private subnets"),
    "ledger": Served(None, "the cloud has no managed TigerBeetle: run one, and give the application its address"),
    "llm": Served(None, "the provider's API is called; its key goes into the secret that is made for it"),
    "mail": Served("SES", "an identity for the environment's mail domain"),
    "queue": Served("SQS", "a queue and its dead-letter queue; their address is QUEUE_URL"),
    "search": Served("RDS (PostgreSQL)", "its full-text search serves it; nothing is created for it"),
    "storage": Served("S3", "private and versioned"),
    "tenancy": Served("RDS (PostgreSQL)", "tenants share the database; nothing is created for it"),
    "webhooks": Served("the load balancer", "webhook paths are public, over HTTPS"),
    "worker": Served("an ECS service", "the application's image without a port"),
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
_SCHEDULER = Served("EventBridge Scheduler", "it starts `[infra] scheduler_command` at the model's own times")
_NO_WORKER = Served(None, "without `[infra] worker_command` there is nothing that could run it")
_STATIC = Served(None, "the image serves files, which read nothing of it")
_NO_SCHEDULER = Served(None, "without `[infra] scheduler_command` the worker runs the schedules itself")


class TerraformBackend(Backend):
    """Makes the modules and environments."""

    name: ClassVar[str] = "terraform"
    description: ClassVar[str] = "Terraform modules and environments for the cloud"

    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""
        return Capabilities(("hcl",), supports_incremental=True, requires_config=False)

    def directory(self, manifest: Manifest) -> str:
        """Return `[infra.terraform] root_module`."""
        return manifest.terraform.root_module

    def template(self, manifest: Manifest) -> TemplateChoice:
        """Return which template the manifest chooses."""
        terraform = manifest.terraform
        return TemplateChoice(terraform.template, terraform.ref, terraform.answers)

    def answers(self, application: Application, recorded: Mapping[str, object] | None = None) -> TerraformAnswers:
        """Return the answers to the Terraform template's questions; a network that was made keeps its range."""
        manifest, networks = application.manifest, recorded_networks(recorded or {})
        title = application.appspec.title or application.appspec.name
        files = read_project_files(application.project, manifest.module_paths, manifest.runtime.name)
        return terraform_answers(manifest, application.inferred, title, networks, files.serving.migrate)

    def served(self, need: Need, application: Application) -> Served:
        """Say which service of the cloud provides the need."""
        if application.manifest.runtime.name == "react":
            return _STATIC
        if need == "worker" and not application.manifest.has_worker_command:
            return _NO_WORKER
        if need == "scheduler":
            return _SCHEDULER if application.manifest.infra.scheduler_command else _NO_SCHEDULER
        return _SERVED[need]

    def because(self, question: str, application: Application) -> str:
        """Say where the answer to a question comes from."""
        return provenance(question, TERRAFORM_SOURCES, application.manifest, application.inferred)

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
            Folder(path.name, f"envs/{path.name}", f"terraform -chdir={shlex.quote(path.as_posix())} destroy")
            for path in present
        ]

    def addresses(self, root: Path, changes: ChangeSet) -> Addresses | None:
        """Return which addresses of resources the changes drop or move; None where no `.tf` file changes."""
        changed = [one for one in changes.changes if one.is_pending and one.path.endswith(".tf")]
        if not changed:
            return None
        # Not needed where nothing has moved on, which is what is asked most.
        from dazzle_infra.addresses import Addresses, TooManyError, addresses_after, files_below

        before = files_below(root)
        written = {one.path: one.after.content for one in changed if one.after is not None}
        gone = {one.path for one in changed}
        after = {path: content for path, content in before.items() if path not in gone} | written
        try:
            return addresses_after(before, after, _STATEFUL)
        except TooManyError:
            return Addresses(unknown=tuple(sorted(gone)))

    def hooks(self) -> Sequence[Hook]:
        """Return the next steps."""
        return (_NextSteps(),)


class _NextSteps(Hook):
    """Says how to check the first environment."""

    name = "terraform-next-steps"

    def after(self, context: HookContext) -> HookResult:
        environments = context.answers.get("environments")
        if not isinstance(environments, list) or not environments:  # a fork without that question
            return HookResult()
        directory = shlex.quote(f"{context.directory}/envs/{environments[0]['name']}")
        return HookResult(next_steps=(f"cd {directory} && terraform init -backend=false && terraform validate",))
