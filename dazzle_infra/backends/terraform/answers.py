"""The answers of the Terraform template."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.terraform.entry_points import CloudEntryPoint
from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME, ListedName
from dazzle_infra.values.records import Part, Variable

__all__ = ["Schedule", "TerraformAnswers"]


class Schedule(Part):
    """A task that the cloud starts by the clock.

    Attributes:
        name: Name of the schedule in the model.
        expression: The cloud's own expression, such as `cron(0 9 * * ? *)`; may be empty where no scheduler
            is made, and the schedule is only named.
        timezone: IANA time zone in which the expression is read.
    """

    name: str
    expression: str = ""
    timezone: str = "UTC"


class TerraformAnswers(Answers):
    """What the Terraform template asks; cloud only.

    Attributes:
        upgraded_from_1x: Whether version 1 of the template first made the files, so that `moved` blocks name its
            addresses.
        app_name: Prefix of names in the cloud; lower-case letters, digits and single hyphens, at most 20
            characters.
        app_title: The application's title, for people.
        directory: The rendered directory relative to the project, POSIX.
        cloud_provider: Cloud provider.
        environments: At least one, in the manifest's order.
        state_region: Region of the bucket that `bootstrap` makes for the Terraform state, which stays where it is
            when an environment moves; empty for that of the first environment.
        state_regions: Region of the `state_bucket` of environments, by name; where one is missing, that of the
            environment.
        dockerfile: The Dockerfile of the image, relative to the project; empty for the one of the build context.
        build_context: The build context of the image, relative to the project.
        build_secrets: Names of the environment variables that the build reads as secrets, sorted.
        deployer_service: What runs the pipelines that may deploy; empty if none may.
        deployer_project: Their repository or project, with its owner or groups.
        deployer_branch: The branch whose pipelines deploy, for GitLab.
        deployer_issuer: Address of the issuer of their tokens.
        runtime: What runs the application, or a similar runtime that the template knows.
        migrate_command: What brings the database to it, in exec form; empty for Dazzle's own, else for nothing.
        entry_points: What listens; the first is `web`.
        database: Whether a PostgreSQL server is made.
        cache: Whether a cache is made.
        queue: Whether a queue and its dead-letter queue are made.
        worker: Whether a worker service is made.
        worker_command: Its command; empty for the application's own.
        scheduler: Whether scheduled tasks are made; only with a command.
        scheduler_command: Their command.
        schedules: What they run by, sorted by name; named as not created where there is no scheduler.
        storage: Whether buckets are made.
        storage_buckets: Names of variables that each hold the name of a bucket, sorted.
        storage_endpoints: Names of variables that each hold the address of a bucket's store, sorted.
        storage_regions: Names of variables that each hold the region of a bucket, sorted.
        renamed_buckets: Former names of those variables, each with the name that it has now.
        mail: Whether an identity for sending mail is made.
        webhooks: Whether other systems call the application.
        ledger: Whether the model has ledgers, which nothing here provides.
        settings: Plain variables that the application reads, sorted by name.
        secrets: Secret variables that a person must fill in, sorted by name.
        generated_secrets: Secret variables whose value Terraform makes without keeping it, sorted.
    """

    upgraded_from_1x: bool = False
    app_name: str = "app"
    app_title: str = "Application"
    directory: str = "infra/terraform"
    cloud_provider: Literal["aws"] = "aws"
    environments: list[Environment] = [Environment(name="dev")]
    state_region: str = ""
    state_regions: dict[str, str] = {}
    dockerfile: str = ""
    build_context: str = "."
    build_secrets: list[str] = []
    deployer_service: Literal["", "github", "gitlab"] = ""
    deployer_project: str = ""
    deployer_branch: str = ""
    deployer_issuer: str = ""
    runtime: ListedName = DEFAULT_RUNTIME.name
    migrate_command: list[str] = []
    entry_points: list[CloudEntryPoint] = [CloudEntryPoint(name="web")]
    database: bool = True
    cache: bool = False
    queue: bool = False
    worker: bool = False
    worker_command: list[str] = []
    scheduler: bool = False
    scheduler_command: list[str] = []
    schedules: list[Schedule] = []
    storage: bool = False
    storage_buckets: list[str] = []
    storage_endpoints: list[str] = []
    storage_regions: list[str] = []
    renamed_buckets: dict[str, str] = {}
    mail: bool = False
    webhooks: bool = False
    ledger: bool = False
    settings: list[Variable] = []
    secrets: list[Variable] = []
    generated_secrets: list[str] = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
