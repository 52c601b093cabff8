"""The settings of `[infra.terraform.env.NAME]`, and the defaults that an environment's profile sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from dazzle_infra.clouds.aws import rules
from dazzle_infra.clouds.aws.agreement import check_environment
from dazzle_infra.clouds.aws.environment import Architecture, Environment, Gateways
from dazzle_infra.clouds.aws.registries import RegistryAccess
from dazzle_infra.values.profiles import SCALES, Profile, Size, profile_of
from dazzle_infra.values.records import Part

__all__ = ["NEWEST_PROFILES", "EnvironmentSettings", "profile_values", "resolve"]

_STAGING_VALUES: Final[dict[str, Any]] = {
    **asdict(SCALES["staging"]),
    "database_high_availability": True,
    "cache_high_availability": True,
    "deletion_protection": True,
    "web_firewall": True,
    "log_retention_days": 90,
}
_VALUES: Final[dict[Profile, dict[str, Any]]] = {
    "development": {
        **asdict(SCALES["development"]),
        "database_monitoring_seconds": 0,
        "container_metrics": False,
    },
    "staging": _STAGING_VALUES,
    "production": {
        **_STAGING_VALUES,
        **asdict(SCALES["production"]),
        "zone_count": 3,
        "nat_gateways": "per_zone",
        "database_size": "medium",
        "database_storage_gb": 100,
        "database_max_storage_gb": 500,
        "database_backup_days": 30,
        "cache_size": "medium",
        "log_retention_days": 365,
    },
}
_VALUES_OF_VERSION_1: Final[dict[Profile, dict[str, Any]]] = {
    "development": {"database_monitoring_seconds": 60, "container_metrics": True},
    "staging": {},
    "production": {"private_endpoints": True},
}
"""What version 1 of the profiles sets in another way."""

NEWEST_PROFILES: Final = 2
"""The newest version of the profiles, which a new environment gets."""


class EnvironmentSettings(Part):
    """Settings of one environment; its profile sets the defaults.

    The fields are those of `Environment` without the name, which is part of the table's name in the manifest.
    """

    model_config = ConfigDict(strict=True, defer_build=True)

    profile: Profile | None = Field(
        None,
        description="Profile of the environment; by default derived from its name (prod, staging, else development).",
    )
    profile_version: Literal[1, 2] | None = Field(
        None,
        description="Version of the profile's defaults, 1 or 2; an existing environment keeps its version.",
    )
    region: rules.Region | None = Field(None, description="Region of the cloud, such as eu-central-1.")
    account_id: rules.AccountId | None = Field(
        None, description="Number of the account, 12 digits; Terraform then refuses credentials of another account."
    )
    state_bucket: rules.BucketName | None = Field(None, description="Bucket of the Terraform state.")
    state_kms_key: rules.KmsKeyArn | None = Field(
        None, description="ARN of the KMS key of the state; by default the encryption of the bucket applies."
    )
    container_image: rules.ContainerImage | None = Field(
        None, description="Image with its registry and a tag or a digest; by default TF_VAR_container_image."
    )
    container_registry_access: RegistryAccess | None = Field(
        None,
        description="How tasks pull the image: auto (role for ECR, no credentials for other registries), public, or "
        "credentials (a secret with user name and password).",
    )
    container_architecture: Architecture | None = Field(
        None, description="Processor architecture of the image: amd64 or arm64."
    )
    domain_name: rules.HostName | None = Field(None, description="Public host name of the application.")
    dns_zone: rules.HostName | None = Field(
        None,
        description="Public DNS zone of the cloud that contains domain_name; not set if the DNS is elsewhere.",
    )
    certificate_arn: rules.CertificateArn | None = Field(
        None, description="Certificate of domain_name; by default one is created and validated by DNS."
    )
    tenant_domain: rules.HostName | None = Field(
        None,
        description="Domain below which each tenant has a host name; by default that of the model in the production "
        "environment whose domain_name belongs to it, and empty elsewhere.",
    )
    mail_domain: rules.HostName | None = Field(None, description="Sender domain of mail; by default domain_name.")
    network_cidr: rules.NetworkCidr | None = Field(None, description="Private IPv4 range of the network, /16 to /20.")
    zone_count: rules.ZoneCount | None = Field(None, description="Number of availability zones, 2 to 4.")
    excluded_zone_ids: rules.ZoneIds | None = Field(
        None,
        description="IDs of availability zones that are not used, such as use1-az3; by default those that a service "
        "does not support.",
    )
    nat_gateways: Gateways | None = Field(None, description="NAT gateways: single, or per_zone.")
    private_endpoints: bool | None = Field(
        None, description="Whether the cloud's services are reached through private endpoints instead of NAT gateways."
    )
    egress_ports: rules.Ports | None = Field(
        None,
        description="TCP ports on which the application connects to other systems, besides 443 and the ports of "
        "addresses in its settings.",
    )
    app_size: Size | None = Field(None, description="Size of each copy of the application: small, medium or large.")
    app_cpu: rules.Cpu | None = Field(None, description="CPU units of each copy; by default those of app_size.")
    app_memory_mb: rules.MemoryMb | None = Field(None, description="Memory of each copy, MiB, with app_cpu.")
    app_min_count: rules.Copies | None = Field(None, description="Smallest number of copies, 1 to 100.")
    app_max_count: rules.Copies | None = Field(None, description="Largest number of copies, 1 to 100.")
    worker_size: Size | None = Field(None, description="Size of each worker: small, medium or large.")
    worker_cpu: rules.Cpu | None = Field(None, description="CPU units of each worker; by default those of worker_size.")
    worker_memory_mb: rules.MemoryMb | None = Field(None, description="Memory of each worker, MiB, with worker_cpu.")
    worker_count: rules.Copies | None = Field(None, description="Number of workers, 1 to 100.")
    database_size: Size | None = Field(None, description="Size of the database server: small, medium or large.")
    database_instance: rules.InstanceName | None = Field(
        None, description="Instance type of the database server, such as db.m7g.large; overrides database_size."
    )
    database_storage_gb: rules.StorageGb | None = Field(None, description="Allocated storage, GiB, from 20.")
    database_max_storage_gb: rules.StorageGb | None = Field(None, description="Limit of automatic storage growth, GiB.")
    database_high_availability: bool | None = Field(None, description="Whether a standby runs in a second zone.")
    database_backup_days: rules.BackupDays | None = Field(None, description="Days that backups are kept, 1 to 35.")
    database_monitoring_seconds: rules.MonitoringSeconds | None = Field(
        None, description="Interval of the enhanced monitoring of the database server, seconds; 0 for none."
    )
    cache_size: Size | None = Field(None, description="Size of the cache: small, medium or large.")
    cache_instance: rules.InstanceName | None = Field(
        None, description="Instance type of the cache, such as cache.m7g.large; overrides cache_size."
    )
    cache_high_availability: bool | None = Field(None, description="Whether a replica runs in a second zone.")
    deletion_protection: bool | None = Field(
        None, description="Whether data and the load balancer are protected against deletion."
    )
    web_firewall: bool | None = Field(
        None, description="Whether a web application firewall protects the load balancer."
    )
    container_metrics: bool | None = Field(None, description="Whether Container Insights measures the containers.")
    shell_access: bool | None = Field(
        None,
        description="Whether people can open a shell in a one-off task, and through it a tunnel to the database.",
    )
    web_rate_limit: rules.RateLimit | None = Field(
        None, description="Requests of one address in five minutes, from 10, if the firewall is on; 0 for no limit."
    )
    log_retention_days: rules.LogDays | None = Field(None, description="Days that logs are kept.")
    alarm_email: rules.EmailAddress | None = Field(None, description="E-mail address that receives alarms.")

    @model_validator(mode="after")
    def _agree(self) -> EnvironmentSettings:
        for service in ("app", "worker"):
            cpu, memory = getattr(self, f"{service}_cpu"), getattr(self, f"{service}_memory_mb")
            if (cpu is None) != (memory is None):
                raise ValueError(f"{service}_cpu and {service}_memory_mb are set together or not at all")
            if cpu is not None and not rules.fits(cpu, memory):
                allowed = ", ".join(map(str, rules.FARGATE_MEMORY_MB[cpu]))
                raise ValueError(
                    f"{service}_memory_mb = {memory} is not allowed with {service}_cpu = {cpu}; allowed: {allowed}"
                )
        for small, large in (("app_min_count", "app_max_count"), ("database_storage_gb", "database_max_storage_gb")):
            low, high = getattr(self, small), getattr(self, large)
            if low is not None and high is not None and low > high:
                raise ValueError(f"{small} = {low} is more than {large} = {high}")
        storage, most = self.database_storage_gb, self.database_max_storage_gb
        if storage is not None and most is not None and not rules.grows(storage, most):
            raise ValueError(f"database_max_storage_gb = {most} must equal {storage} or exceed it by at least 10 %")
        for service, kind in (("database", "db."), ("cache", "cache.")):
            instance = getattr(self, f"{service}_instance")
            if instance is not None and not instance.startswith(kind):
                raise ValueError(f"{service}_instance = {instance!r} does not begin with {kind!r}")
        return self


def profile_values(profile: Profile, version: int = NEWEST_PROFILES) -> Mapping[str, object]:
    """Return the values of a profile by name, without those that are empty or 0.

    Args:
        profile: The profile.
        version: The version of the profiles.
    """
    excluded = {"name", "profile", "profile_version", "region", "network_cidr"}
    values = Environment(name="dev").model_dump(exclude=excluded) | _values(profile, version)
    return {key: value for key, value in values.items() if value is False or value not in ("", 0, [])}


def _values(profile: Profile, version: int) -> dict[str, Any]:
    return _VALUES[profile] | (_VALUES_OF_VERSION_1[profile] if version == 1 else {})


def resolve(
    name: str,
    settings: EnvironmentSettings,
    *,
    region: str | None = None,
    container_image: str | None = None,
    container_registry_access: RegistryAccess | None = None,
) -> Environment:
    """Return the environment. Its own settings take precedence over the arguments, and these over its profile.

    Args:
        name: Name of the environment.
        settings: Its table of the manifest.
        region: The region of environments that set none.
        container_image: The image of environments that set none.
        container_registry_access: How tasks of environments that do not set it pull the image.

    Raises:
        ManifestError: The image of a production environment is tagged `latest`, an image needs credentials, the
            certificate is in another region, a DNS zone or a certificate is set without a matching domain name, or
            an ARN is in another account.
    """
    profile = settings.profile or profile_of(name)
    own = settings.model_dump(exclude_none=True)
    given = {
        "region": region,
        "container_image": container_image,
        "container_registry_access": container_registry_access,
    }
    shared = {key: value for key, value in given.items() if value}
    version = settings.profile_version or NEWEST_PROFILES
    values = _values(profile, version) | shared | own | {"profile": profile, "profile_version": version}
    environment = Environment(name=name, **values)
    environment = environment.model_copy(update=_moved_limits(environment, set(own)))
    check_environment(environment)
    return environment


def _moved_limits(environment: Environment, own: set[str]) -> dict[str, int]:
    """Return changes of limits from the profile that contradict the other limit, which the user set."""
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
