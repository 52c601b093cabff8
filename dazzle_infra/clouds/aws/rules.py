"""Types of the values of an environment, each with a rule and the message for a value that breaks it."""

from __future__ import annotations

import difflib
import ipaddress
import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from dazzle_infra.values.addresses import HOST, ContainerImage, HostName, is_latest

__all__ = [
    "FARGATE_MEMORY_MB",
    "LOG_RETENTION_DAYS",
    "MONITORING_SECONDS",
    "REGIONS",
    "WITHOUT_EDGE",
    "AccountId",
    "BackupDays",
    "BucketName",
    "CertificateArn",
    "ContainerImage",
    "Copies",
    "Cpu",
    "EmailAddress",
    "HostName",
    "InstanceName",
    "KmsKeyArn",
    "LogDays",
    "MemoryMb",
    "MonitoringSeconds",
    "NetworkCidr",
    "Ports",
    "RateLimit",
    "Region",
    "StorageGb",
    "ZoneCount",
    "ZoneIds",
    "fits",
    "grows",
    "is_latest",
    "region_of_bucket",
]

MONITORING_SECONDS: Final = (0, 1, 5, 10, 15, 30, 60)
"""Intervals of enhanced monitoring (reference of the API of RDS, CreateDBInstance, MonitoringInterval); 0 is off."""

LOG_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180),
    *(365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""Days that CloudWatch Logs can keep a group's events (reference of its API, PutRetentionPolicy)."""

FARGATE_MEMORY_MB: Final[dict[int, range | tuple[int, ...]]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}
"""Memory that Fargate allows for each number of CPU units (developer guide of ECS, "Task size")."""

REGIONS: Final = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "ca-west-1", "mx-central-1", "sa-east-1"),
    *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
    *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6"),
    *("ap-southeast-7", "af-south-1", "il-central-1", "me-central-1", "me-south-1"),
    *("us-gov-east-1", "us-gov-west-1"),
)
"""Regions of AWS and of its partition for governments (general reference, "AWS Regions").

Those of China are left out: services have other names and addresses there.
"""

WITHOUT_EDGE: Final = "us-gov-"
"""The beginning of the names of regions without CloudFront (user guide of AWS GovCloud, "Services in AWS GovCloud (US)
Regions")."""

_RANGES = [ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]


def _region(value: str) -> str:
    if value.startswith("cn-"):
        raise ValueError(f"{value!r} is in China, which is not supported: services have other addresses there")
    if value not in REGIONS:
        near = difflib.get_close_matches(value, REGIONS, n=1)
        hint = f"did you mean {near[0]}?" if near else "use one such as eu-central-1"
        raise ValueError(f"{value!r} is not a known region of the cloud; {hint}")
    return value


def _matching(pattern: str, rule: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if len(value) > 253 or not compiled.fullmatch(value):
            raise ValueError(f"{value!r} is not {rule}")
        return value

    return AfterValidator(check)


def _among(values: tuple[int, ...], what: str) -> AfterValidator:
    def check(value: int) -> int:
        if value not in values:
            raise ValueError(f"{value} is not {what}: {', '.join(map(str, values))}")
        return value

    return AfterValidator(check)


def _rate(value: int) -> int:
    if 0 < value < 10:
        raise ValueError(f"{value} is less than 10, the lowest limit of the cloud; 0 sets no limit")
    return value


def _cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value, strict=True)
    except ValueError as error:
        raise ValueError(f"{value!r} is not an IPv4 range such as 10.20.0.0/16: {error}") from None
    if not any(network.subnet_of(private) for private in _RANGES):
        raise ValueError(f"{value!r} is not a private IPv4 range; use one within {', '.join(map(str, _RANGES))}")
    if not 16 <= network.prefixlen <= 20:
        raise ValueError(f"{value!r} is not between /16 and /20, which the subnets require")
    return str(network)


Region = Annotated[str, AfterValidator(_region)]
"""One of the cloud's regions."""

AccountId = Annotated[str, _matching(r"[0-9]{12}", "an account number: 12 digits, in quotes")]
"""Number of an account."""

BucketName = Annotated[
    str, _matching(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "a bucket name: 3 to 63 lower-case letters, digits and hyphens")
]
"""Name of a bucket."""

CertificateArn = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+",
        "a certificate's ARN, such as arn:aws:acm:eu-central-1:123456789012:certificate/1b2c",
    ),
]
"""ARN of a certificate."""

EmailAddress = Annotated[
    str, _matching(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@" + HOST, "an e-mail address such as ops@example.com")
]
"""An e-mail address."""

InstanceName = Annotated[
    str, _matching(r"(?:db|cache)\.[a-z0-9-]+\.[a-z0-9]+", "an instance type, such as db.m7g.large")
]
"""Instance type of a database server or a cache."""

KmsKeyArn = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(?:key/(?:mrk-)?[0-9a-f-]{32,36}|alias/[A-Za-z0-9/_-]{1,250})",
        "a key's ARN, such as arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
]
"""ARN of a KMS key or of an alias."""

NetworkCidr = Annotated[str, AfterValidator(_cidr)]
"""A private IPv4 range, /16 to /20."""

Cpu = Annotated[int, _among(tuple(FARGATE_MEMORY_MB), "a supported number of CPU units")]
"""CPU units, 1024 to a processor."""

Ports = Annotated[list[Annotated[int, Field(ge=1, le=65535)]], AfterValidator(lambda ports: sorted(set(ports)))]
"""TCP ports."""

LogDays = Annotated[int, _among(LOG_RETENTION_DAYS, "a supported number of days for log retention")]
"""Days that logs are kept."""

MonitoringSeconds = Annotated[int, _among(MONITORING_SECONDS, "an interval of enhanced monitoring")]
"""Seconds between two measurements of a database server; 0 for none."""

MemoryMb = Annotated[int, Field(ge=512, le=122880, multiple_of=512)]
"""Memory of a container, MiB."""

RateLimit = Annotated[int, Field(ge=0, le=2_000_000_000), AfterValidator(_rate)]
"""Requests of one address in five minutes (reference of the WAFV2 API, RateBasedStatement); 0 for no limit."""

Copies = Annotated[int, Field(ge=1, le=100)]
"""Number of copies of a container."""

StorageGb = Annotated[int, Field(ge=20, le=65536)]
"""Storage of a database server, GiB."""

BackupDays = Annotated[int, Field(ge=1, le=35)]
"""Days that automatic backups are kept (35 is the cloud's limit)."""

ZoneCount = Annotated[int, Field(ge=2, le=4)]
"""Number of availability zones; a database and a load balancer need two."""


ZoneIds = Annotated[
    list[Annotated[str, _matching(r"[a-z]{3,6}[0-9]+-az[0-9]+", "the ID of an availability zone, such as use1-az3")]],
    AfterValidator(lambda identifiers: sorted(set(identifiers))),
]
"""IDs of availability zones. Unlike names, they mean the same zone in every account."""


def fits(cpu: int, memory_mb: int) -> bool:
    """Return whether Fargate offers this memory, in MiB, with these CPU units."""
    return memory_mb in FARGATE_MEMORY_MB.get(cpu, ())


def grows(storage_gb: int, max_storage_gb: int) -> bool:
    """Return whether RDS accepts the limit of storage growth, in GiB: no growth, or at least 10 % (user guide)."""
    return max_storage_gb == storage_gb or 10 * max_storage_gb >= 11 * storage_gb


def region_of_bucket(name: str) -> str | None:
    """Return the region of a bucket whose name `bootstrap` made (APP-tfstate-ACCOUNT-REGION); None for other names."""
    match = re.search(r"-tfstate-[0-9]{12}-([a-z0-9-]+)\Z", name)
    return match[1] if match and match[1] in REGIONS else None
