"""The answers of the Terraform template."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.answers._base import Answers, EntryPoint, Part, Variable

__all__ = ["Environment", "Profile", "Schedule", "Size", "TerraformAnswers"]

Profile = Literal["development", "staging", "production"]
Size = Literal["small", "medium", "large"]


class Environment(Part):
    """One environment: the values of its `terraform.tfvars`, named like the Terraform variables.

    Attributes:
        name: Folder below `envs/` and suffix of names in the cloud.
        profile: What kind of environment it is; the other values follow from it unless they are set.
        region: The cloud's region.
        container_image: Image with registry and tag or digest; empty where it comes from
            `TF_VAR_container_image`.
        domain_name: Public host name of the application; empty for the load balancer's own.
        certificate_arn: Certificate of that name; empty to have one made and validated by DNS.
        network_cidr: The network's IPv4 range.
        zone_count: Number of availability zones.
        nat_gateways: `single` for one, `per_zone` for one in each zone.
        app_size: Size of each copy of the application.
        app_min_count: Smallest number of copies.
        app_max_count: Largest number of copies.
        worker_size: Size of each worker.
        worker_count: Number of workers.
        database_size: Size of the database server.
        database_storage_gb: Allocated storage, GiB.
        database_high_availability: Whether a standby runs in a second zone.
        database_backup_days: Days that automatic backups are kept.
        cache_size: Size of the cache.
        cache_high_availability: Whether a replica runs in a second zone.
        deletion_protection: Whether data and the load balancer resist deletion.
        log_retention_days: Days that logs are kept.
        alarm_email: Where alarms go; empty for nobody.
    """

    name: str
    profile: Profile = "development"
    region: str = "us-east-1"
    container_image: str = ""
    domain_name: str = ""
    certificate_arn: str = ""
    network_cidr: str = "10.0.0.0/16"
    zone_count: int = 2
    nat_gateways: Literal["single", "per_zone"] = "single"
    app_size: Size = "small"
    app_min_count: int = 1
    app_max_count: int = 2
    worker_size: Size = "small"
    worker_count: int = 1
    database_size: Size = "small"
    database_storage_gb: int = 20
    database_high_availability: bool = False
    database_backup_days: int = 7
    cache_size: Size = "small"
    cache_high_availability: bool = False
    deletion_protection: bool = False
    log_retention_days: int = 30
    alarm_email: str = ""


class Schedule(Part):
    """A task that the cloud starts by the clock.

    Attributes:
        name: Name of the schedule in the model.
        expression: The cloud's own expression, such as `cron(0 9 * * ? *)`.
        timezone: IANA time zone in which the expression is read.
    """

    name: str
    expression: str
    timezone: str = "UTC"


class TerraformAnswers(Answers):
    """What the Terraform template asks; cloud only.

    Attributes:
        app_name: Prefix of names in the cloud; lower-case letters, digits and `-`, at most 20 characters.
        app_title: The application's title, for people.
        directory: The rendered directory relative to the project, POSIX.
        cloud_provider: The cloud.
        environments: At least one, in the manifest's order.
        entry_points: What listens; the first is `web`.
        database: Whether a PostgreSQL server is made.
        cache: Whether a cache is made.
        queue: Whether a queue and its dead-letter queue are made.
        worker: Whether a worker service is made.
        worker_command: Its command; empty for the image's own.
        scheduler: Whether scheduled tasks are made; only with a command.
        scheduler_command: Their command.
        schedules: What they run by, sorted by name.
        storage: Whether a bucket is made.
        storage_buckets: Names of variables that hold the bucket's name, sorted.
        mail: Whether an identity for sending mail is made.
        webhooks: Whether other systems call the application.
        ledger: Whether the model has ledgers, which nothing here provides.
        settings: Plain variables that the application reads, sorted by name.
        secrets: Secret variables that a person must fill in, sorted by name.
        generated_secrets: Secret variables whose value Terraform makes without keeping it, sorted.
    """

    app_name: str = "app"
    app_title: str = "Application"
    directory: str = "infra/terraform"
    cloud_provider: Literal["aws"] = "aws"
    environments: list[Environment] = [Environment(name="dev")]
    entry_points: list[EntryPoint] = [EntryPoint(name="web")]
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
    mail: bool = False
    webhooks: bool = False
    ledger: bool = False
    settings: list[Variable] = []
    secrets: list[Variable] = []
    generated_secrets: list[str] = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
