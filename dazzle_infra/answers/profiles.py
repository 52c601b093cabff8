"""What `[infra.terraform.env.NAME]` may say, and what follows from an environment's profile where it is silent."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import ConfigDict, Field, model_validator

from dazzle_infra.answers import _rules as rules
from dazzle_infra.answers._base import Part
from dazzle_infra.answers.terraform import Architecture, Environment, Gateways, Profile, Size
from dazzle_infra.errors import ManifestError, Where

__all__ = ["EnvironmentSettings", "profile_of", "resolve"]

_PRODUCTION = {"prod", "production", "prd", "live", "release"}
_STAGING = {"acceptance", "beta", "preprod", "preproduction", "qa", "rc", "sit", "stage", "staging", "stg", "uat"}
_BEFORE_PRODUCTION = {"non", "pre"}

_STAGING_VALUES: Final[dict[str, Any]] = {
    "app_min_count": 2,
    "app_max_count": 4,
    "database_high_availability": True,
    "cache_high_availability": True,
    "deletion_protection": True,
    "web_firewall": True,
    "log_retention_days": 90,
}
_VALUES: Final[dict[Profile, dict[str, Any]]] = {
    "development": {},
    "staging": _STAGING_VALUES,
    "production": {
        **_STAGING_VALUES,
        "zone_count": 3,
        "nat_gateways": "per_zone",
        "private_endpoints": True,
        "app_size": "medium",
        "app_max_count": 10,
        "worker_size": "medium",
        "worker_count": 2,
        "database_size": "medium",
        "database_storage_gb": 100,
        "database_max_storage_gb": 500,
        "database_backup_days": 30,
        "cache_size": "medium",
        "log_retention_days": 365,
    },
}


class EnvironmentSettings(Part):
    """What a person may set for one environment; what is not set follows from its profile.

    The fields are those of `Environment` without its name, which the table of the manifest carries.
    """

    model_config = ConfigDict(strict=True, defer_build=True)

    profile: Profile | None = Field(
        None, description="Kind of environment; by its name where it is not set (prod, staging, else development)."
    )
    region: rules.Region | None = Field(None, description="Region of the cloud, such as eu-central-1.")
    state_bucket: rules.BucketName | None = Field(None, description="Bucket that keeps the Terraform state.")
    container_image: rules.ContainerImage | None = Field(
        None, description="Image with its registry and a tag or a digest; else TF_VAR_container_image."
    )
    container_architecture: Architecture | None = Field(
        None, description="Processor that the image is built for: amd64 or arm64."
    )
    domain_name: rules.HostName | None = Field(None, description="Public host name of the application.")
    dns_zone: rules.HostName | None = Field(
        None, description="The cloud's public DNS zone that holds domain_name; without it the DNS is elsewhere."
    )
    certificate_arn: rules.CertificateArn | None = Field(
        None, description="Certificate of domain_name; without it one is made and validated by DNS."
    )
    mail_domain: rules.HostName | None = Field(None, description="Domain that mail is sent from, if not domain_name.")
    network_cidr: rules.NetworkCidr | None = Field(None, description="Private IPv4 range of the network, /16 to /20.")
    zone_count: rules.ZoneCount | None = Field(None, description="Number of availability zones, 2 to 4.")
    nat_gateways: Gateways | None = Field(None, description="NAT gateways: single, or per_zone.")
    private_endpoints: bool | None = Field(
        None, description="Whether the cloud's own services are reached without the NAT gateways."
    )
    app_size: Size | None = Field(None, description="Size of each copy of the application: small, medium or large.")
    app_cpu: rules.Cpu | None = Field(None, description="CPU units of each copy, if not those of app_size.")
    app_memory_mb: rules.MemoryMb | None = Field(None, description="Memory of each copy, MiB, with app_cpu.")
    app_min_count: rules.Copies | None = Field(None, description="Smallest number of copies, 1 to 100.")
    app_max_count: rules.Copies | None = Field(None, description="Largest number of copies, 1 to 100.")
    worker_size: Size | None = Field(None, description="Size of each worker: small, medium or large.")
    worker_cpu: rules.Cpu | None = Field(None, description="CPU units of each worker, if not those of worker_size.")
    worker_memory_mb: rules.MemoryMb | None = Field(None, description="Memory of each worker, MiB, with worker_cpu.")
    worker_count: rules.Copies | None = Field(None, description="Number of workers, 1 to 100.")
    database_size: Size | None = Field(None, description="Size of the database server: small, medium or large.")
    database_instance: rules.InstanceName | None = Field(
        None, description="The cloud's own name of a server size, such as db.m7g.large."
    )
    database_storage_gb: rules.StorageGb | None = Field(None, description="Allocated storage, GiB, from 20.")
    database_max_storage_gb: rules.StorageGb | None = Field(
        None, description="How far storage may grow by itself, GiB."
    )
    database_high_availability: bool | None = Field(None, description="Whether a standby runs in a second zone.")
    database_backup_days: rules.BackupDays | None = Field(None, description="Days that backups are kept, 1 to 35.")
    cache_size: Size | None = Field(None, description="Size of the cache: small, medium or large.")
    cache_instance: rules.InstanceName | None = Field(
        None, description="The cloud's own name of a cache size, such as cache.m7g.large."
    )
    cache_high_availability: bool | None = Field(None, description="Whether a replica runs in a second zone.")
    deletion_protection: bool | None = Field(None, description="Whether data and the load balancer resist deletion.")
    web_firewall: bool | None = Field(
        None, description="Whether a web application firewall stands in front of the load balancer."
    )
    log_retention_days: rules.LogDays | None = Field(None, description="Days that logs are kept.")
    alarm_email: rules.EmailAddress | None = Field(None, description="Where alarms go.")

    @model_validator(mode="after")
    def _agree(self) -> EnvironmentSettings:
        for service in ("app", "worker"):
            cpu, memory = getattr(self, f"{service}_cpu"), getattr(self, f"{service}_memory_mb")
            if (cpu is None) != (memory is None):
                raise ValueError(f"{service}_cpu and {service}_memory_mb are set together or not at all")
            if cpu is not None and not rules.fits(cpu, memory):
                allowed = ", ".join(map(str, rules.FARGATE_MEMORY_MB[cpu]))
                raise ValueError(
                    f"{service}_memory_mb = {memory} does not go with {service}_cpu = {cpu}, which takes {allowed}"
                )
        for small, large in (("app_min_count", "app_max_count"), ("database_storage_gb", "database_max_storage_gb")):
            low, high = getattr(self, small), getattr(self, large)
            if low is not None and high is not None and low > high:
                raise ValueError(f"{small} = {low} is more than {large} = {high}")
        storage, most = self.database_storage_gb, self.database_max_storage_gb
        if storage is not None and most is not None and not rules.grows(storage, most):
            raise ValueError(
                f"database_max_storage_gb = {most} is neither {storage} nor at least a tenth more, as the cloud wants"
            )
        for service, kind in (("database", "db."), ("cache", "cache.")):
            instance = getattr(self, f"{service}_instance")
            if instance is not None and not instance.startswith(kind):
                raise ValueError(f"{service}_instance = {instance!r} does not begin with {kind!r}")
        for key in ("dns_zone", "certificate_arn"):
            if getattr(self, key) is not None and self.domain_name is None:
                raise ValueError(f"{key} is set without a domain_name, which it belongs to")
        if self.dns_zone and self.domain_name and not f".{self.domain_name}".endswith(f".{self.dns_zone}"):
            raise ValueError(f"domain_name = {self.domain_name!r} is not in dns_zone = {self.dns_zone!r}")
        return self


def profile_of(name: str) -> Profile:
    """Return the kind of environment that its name says: `prod-eu` is production, `qa2` is staging."""
    words = set(re.findall(r"[a-z]+", name.lower()))
    if words & _STAGING or (words & _PRODUCTION and words & _BEFORE_PRODUCTION):
        return "staging"
    return "production" if words & _PRODUCTION else "development"


def resolve(
    name: str,
    settings: EnvironmentSettings,
    *,
    region: str | None = None,
    container_image: str | None = None,
) -> Environment:
    """Return the environment: what is set, then what holds for all of them, then what its profile says.

    Args:
        name: Name of the environment.
        settings: Its table of the manifest.
        region: The region for environments that set none.
        container_image: The image for environments that set none.

    Raises:
        ManifestError: The image of a production environment is tagged `latest`, or the certificate is in another
            region.
    """
    profile = settings.profile or profile_of(name)
    own = settings.model_dump(exclude_none=True)
    shared = {key: value for key, value in (("region", region), ("container_image", container_image)) if value}
    values = _VALUES[profile] | shared | own | {"profile": profile}
    environment = Environment(name=name, **values)
    environment = environment.model_copy(update=_moved_limits(environment, set(own)))
    _refuse(environment)
    return environment


def _moved_limits(environment: Environment, own: set[str]) -> dict[str, int]:
    """Move a limit that only followed from the profile beyond the one that a person set alone."""
    moved: dict[str, int] = {}
    low, high = environment.app_min_count, environment.app_max_count
    if low > high:
        moved |= {"app_min_count": high} if "app_max_count" in own else {"app_max_count": low}
    storage, most = environment.database_storage_gb, environment.database_max_storage_gb
    if not rules.grows(storage, most):
        alone = "database_max_storage_gb" in own
        room = min(2 * storage, 65536)
        room = room if rules.grows(storage, room) else storage
        moved |= {"database_storage_gb": most} if alone else {"database_max_storage_gb": room}
    return moved


def _refuse(environment: Environment) -> None:
    """Refuse what only the whole environment shows."""
    table = f"[infra.terraform.env.{environment.name}]"
    image, certificate = environment.container_image, environment.certificate_arn
    if environment.profile == "production" and rules.is_latest(image):
        raise ManifestError(
            f"{image!r} is tagged latest, which {environment.name!r} must not run: it is a production environment",
            where=Where(file="dazzle.toml", key=f"{table} container_image"),
            hint="name a version or a digest, such as registry.example.com/team/app:1.4.2",
        )
    if certificate and certificate.split(":")[3] != environment.region:
        raise ManifestError(
            f"the certificate of {environment.name!r} is not in its region, {environment.region}",
            where=Where(file="dazzle.toml", key=f"{table} certificate_arn"),
            hint="a load balancer shows only certificates of its own region; have one made there",
        )
