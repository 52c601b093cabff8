"""The values of one environment on AWS."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.clouds.aws.registries import RegistryAccess
from dazzle_infra.values.profiles import Profile, Size
from dazzle_infra.values.records import Part

__all__ = ["Architecture", "Environment", "Gateways"]

Architecture = Literal["amd64", "arm64"]
Gateways = Literal["single", "per_zone"]


class Environment(Part):
    """One environment: the values of its `terraform.tfvars`, named like the Terraform variables.

    Attributes:
        name: Folder below `envs/` and suffix of names in the cloud; lower-case letters, digits and single
            hyphens, at most 12 characters.
        profile: The profile of the environment, which sets the defaults of the other values.
        profile_version: Version of the profile's defaults, 1 or 2; an environment keeps its version.
        region: The cloud's region.
        account_id: Number of the account; empty where the credentials alone decide.
        state_bucket: Bucket that contains the Terraform state; empty until `bootstrap/` has created it.
        state_kms_key: ARN of the key that encrypts the state; empty for the default encryption of the bucket.
        container_image: Image with registry and tag or digest; empty if it comes from
            `TF_VAR_container_image`.
        container_registry_access: How tasks pull the image.
        container_architecture: Processor architecture of the image.
        domain_name: Public host name of the application; empty for a host name of the cloud.
        dns_zone: Public DNS zone of the cloud that contains `domain_name`; empty if the DNS is elsewhere.
        certificate_arn: Certificate of `domain_name`; empty if one is created and validated by DNS.
        tenant_domain: Domain below which each tenant has a host name; empty if this environment serves none of them.
        mail_domain: Sender domain of mail; empty for `domain_name`.
        network_cidr: The network's IPv4 range, /16 to /20.
        zone_count: Number of availability zones, 2 to 4.
        excluded_zone_ids: IDs of availability zones that are not used, sorted.
        nat_gateways: `single` for one, `per_zone` for one in each zone.
        private_endpoints: Whether the cloud's services are reached through private endpoints instead of NAT gateways.
        egress_ports: TCP ports on which the application connects to other systems, besides 443 and those that the
            addresses in its settings name.
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
        database_instance: Instance type of the database server; empty for that of `database_size`.
        database_storage_gb: Allocated storage, GiB.
        database_max_storage_gb: Limit of automatic storage growth, GiB.
        database_high_availability: Whether a standby runs in a second zone.
        database_backup_days: Days that automatic backups are kept.
        database_monitoring_seconds: Interval of the enhanced monitoring of the database server; 0 for none.
        cache_size: Size of the cache.
        cache_instance: Instance type of the cache; empty for that of `cache_size`.
        cache_high_availability: Whether a replica runs in a second zone.
        deletion_protection: Whether data and the load balancer are protected against deletion.
        web_firewall: Whether a web application firewall protects the load balancer.
        container_metrics: Whether Container Insights measures the containers.
        shell_access: Whether people can open a shell in a one-off task, and through it a tunnel to the database.
        web_rate_limit: Requests that one address may send in five minutes if the firewall is on; 0 for no limit.
        log_retention_days: Days that logs are kept; one of the numbers that the cloud accepts.
        alarm_email: E-mail address that receives alarms; empty for none.
    """

    name: str
    profile: Profile = "development"
    profile_version: int = 1
    region: str = "us-east-1"
    account_id: str = ""
    state_bucket: str = ""
    state_kms_key: str = ""
    container_image: str = ""
    container_registry_access: RegistryAccess = "auto"
    container_architecture: Architecture = "amd64"
    domain_name: str = ""
    dns_zone: str = ""
    certificate_arn: str = ""
    tenant_domain: str = ""
    mail_domain: str = ""
    network_cidr: str = "10.0.0.0/16"
    zone_count: int = 2
    excluded_zone_ids: list[str] = []
    nat_gateways: Gateways = "single"
    private_endpoints: bool = False
    egress_ports: list[int] = []
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
    database_monitoring_seconds: int = 60
    cache_size: Size = "small"
    cache_instance: str = ""
    cache_high_availability: bool = False
    deletion_protection: bool = False
    web_firewall: bool = False
    container_metrics: bool = True
    shell_access: bool = False
    web_rate_limit: int = 10000
    log_retention_days: int = 30
    alarm_email: str = ""
