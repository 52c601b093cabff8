"""The answers of the Terraform template."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.answers._base import Answers, EntryPoint, Part, Variable
from dazzle_infra.answers.runtimes import RuntimeName

__all__ = ["Architecture", "Environment", "Gateways", "Profile", "Schedule", "Size", "TerraformAnswers"]

Architecture = Literal["amd64", "arm64"]
Gateways = Literal["single", "per_zone"]
Profile = Literal["development", "staging", "production"]
Size = Literal["small", "medium", "large"]


class Environment(Part):
    """One environment: the values of its `terraform.tfvars`, named like the Terraform variables.

    Attributes:
        name: Folder below `envs/` and suffix of names in the cloud; lower-case letters, digits and single
            hyphens, at most 12 characters.
        profile: What kind of environment it is; the other values follow from it unless they are set.
        region: The cloud's region.
        state_bucket: Bucket that keeps the Terraform state; empty where `bootstrap/` has still to make it.
        container_image: Image with registry and tag or digest; empty where it comes from
            `TF_VAR_container_image`.
        container_architecture: Processor that the image is built for.
        domain_name: Public host name of the application; empty for a name of the cloud's own.
        dns_zone: Name of the cloud's public DNS zone that holds `domain_name`; empty where the DNS is elsewhere.
        certificate_arn: Certificate of that name; empty to have one made and validated by DNS.
        mail_domain: Domain that mail is sent from; empty for `domain_name`.
        network_cidr: The network's IPv4 range, /16 to /20.
        zone_count: Number of availability zones, 2 to 4.
        nat_gateways: `single` for one, `per_zone` for one in each zone.
        private_endpoints: Whether the cloud's own services are reached without the NAT gateways.
        app_size: Size of each copy of the application.
        app_cpu: CPU units of each copy, 1024 to a processor; 0 for those of `app_size`.
        app_memory_mb: Memory of each copy, MiB; 0 for that of `app_size`.
        app_min_count: Smallest number of copies.
        app_max_count: Largest number of copies.
        worker_size: Size of each worker.
        worker_cpu: CPU units of each worker; 0 for those of `worker_size`.
        worker_memory_mb: Memory of each worker, MiB; 0 for that of `worker_size`.
        worker_count: Number of workers.
        database_size: Size of the database server.
        database_instance: The cloud's own name of a server size; empty for that of `database_size`.
        database_storage_gb: Allocated storage, GiB.
        database_max_storage_gb: How far storage may grow by itself, GiB.
        database_high_availability: Whether a standby runs in a second zone.
        database_backup_days: Days that automatic backups are kept.
        cache_size: Size of the cache.
        cache_instance: The cloud's own name of a cache size; empty for that of `cache_size`.
        cache_high_availability: Whether a replica runs in a second zone.
        deletion_protection: Whether data and the load balancer resist deletion.
        web_firewall: Whether a web application firewall stands in front of the load balancer.
        log_retention_days: Days that logs are kept; one of the numbers that the cloud accepts.
        alarm_email: Where alarms go; empty for nobody.
    """

    name: str
    profile: Profile = "development"
    region: str = "us-east-1"
    state_bucket: str = ""
    container_image: str = ""
    container_architecture: Architecture = "amd64"
    domain_name: str = ""
    dns_zone: str = ""
    certificate_arn: str = ""
    mail_domain: str = ""
    network_cidr: str = "10.0.0.0/16"
    zone_count: int = 2
    nat_gateways: Gateways = "single"
    private_endpoints: bool = False
    app_size: Size = "small"
    app_cpu: int = 0
    app_memory_mb: int = 0
    app_min_count: int = 1
    app_max_count: int = 2
    worker_size: Size = "small"
    worker_cpu: int = 0
    worker_memory_mb: int = 0
    worker_count: int = 1
    database_size: Size = "small"
    database_instance: str = ""
    database_storage_gb: int = 20
    database_max_storage_gb: int = 100
    database_high_availability: bool = False
    database_backup_days: int = 7
    cache_size: Size = "small"
    cache_instance: str = ""
    cache_high_availability: bool = False
    deletion_protection: bool = False
    web_firewall: bool = False
    log_retention_days: int = 30
    alarm_email: str = ""


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
        app_name: Prefix of names in the cloud; lower-case letters, digits and single hyphens, at most 20
            characters.
        app_title: The application's title, for people.
        directory: The rendered directory relative to the project, POSIX.
        cloud_provider: The cloud.
        environments: At least one, in the manifest's order.
        runtime: What runs the application.
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
    runtime: RuntimeName = "dazzle"
    migrate_command: list[str] = []
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
    storage_endpoints: list[str] = []
    storage_regions: list[str] = []
    mail: bool = False
    webhooks: bool = False
    ledger: bool = False
    settings: list[Variable] = []
    secrets: list[Variable] = []
    generated_secrets: list[str] = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
