"""What a value of an environment may be; each rule is said in the message that refuses a value."""

from __future__ import annotations

import difflib
import ipaddress
import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

__all__ = [
    "FARGATE_MEMORY_MB",
    "LOG_RETENTION_DAYS",
    "REGIONS",
    "BackupDays",
    "BucketName",
    "CertificateArn",
    "ContainerImage",
    "Copies",
    "Cpu",
    "EmailAddress",
    "HostName",
    "InstanceName",
    "LogDays",
    "MemoryMb",
    "NetworkCidr",
    "Region",
    "StorageGb",
    "ZoneCount",
    "fits",
    "grows",
    "is_latest",
]

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

_RANGES = [ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
_IMAGE = re.compile(
    r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:[0-9]))(?::[0-9]{1,5})?"
    r"(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)+"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def _region(value: str) -> str:
    if value.startswith("cn-"):
        raise ValueError(f"{value!r} is in China, for which nothing here is made: services have other addresses there")
    if value not in REGIONS:
        near = difflib.get_close_matches(value, REGIONS, n=1)
        hint = f"did you mean {near[0]}?" if near else "take one such as eu-central-1"
        raise ValueError(f"{value!r} is not a region of the cloud that I know; {hint}")
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


def _image(value: str) -> str:
    match = _IMAGE.fullmatch(value)
    if match is None:
        raise ValueError(f"{value!r} is not an image with its registry, such as registry.example.com/team/app:1.4.2")
    if not (match["tag"] or match["digest"]):
        raise ValueError(f"{value!r} has neither a tag nor a digest; add one, such as {value}:1.4.2")
    return value


def _cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value, strict=True)
    except ValueError as error:
        raise ValueError(f"{value!r} is not an IPv4 range such as 10.20.0.0/16: {error}") from None
    if not any(network.subnet_of(private) for private in _RANGES):
        raise ValueError(f"{value!r} is not a private IPv4 range; take one inside {', '.join(map(str, _RANGES))}")
    if not 16 <= network.prefixlen <= 20:
        raise ValueError(f"{value!r} is not from /16 to /20, which is what the subnets need")
    return str(network)


Region = Annotated[str, AfterValidator(_region)]
"""One of the cloud's regions."""

ContainerImage = Annotated[str, AfterValidator(_image)]
"""An image with its registry, and with a tag or a digest."""

BucketName = Annotated[
    str, _matching(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "a bucket name: 3 to 63 lower-case letters, digits and hyphens")
]
"""Name of a bucket."""

HostName = Annotated[str, _matching(_HOST, "a host name in lower case, such as app.example.com")]
"""Name of a host or of a DNS zone, without a dot at its end."""

CertificateArn = Annotated[
    str,
    _matching(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+",
        "a certificate's ARN, such as arn:aws:acm:eu-central-1:123456789012:certificate/1b2c",
    ),
]
"""ARN of a certificate."""

EmailAddress = Annotated[
    str, _matching(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@" + _HOST, "an e-mail address such as ops@example.com")
]
"""Where mail can be sent."""

InstanceName = Annotated[
    str, _matching(r"(?:db|cache)\.[a-z0-9-]+\.[a-z0-9]+", "an instance of the cloud, such as db.m7g.large")
]
"""The cloud's own name for the size of a server."""

NetworkCidr = Annotated[str, AfterValidator(_cidr)]
"""A private IPv4 range, /16 to /20."""

Cpu = Annotated[int, _among(tuple(FARGATE_MEMORY_MB), "a number of CPU units that the cloud offers")]
"""CPU units, 1024 to a processor."""

LogDays = Annotated[int, _among(LOG_RETENTION_DAYS, "a number of days that the cloud can keep logs")]
"""Days that logs are kept."""

MemoryMb = Annotated[int, Field(ge=512, le=122880, multiple_of=512)]
"""Memory of a container, MiB."""

Copies = Annotated[int, Field(ge=1, le=100)]
"""Number of copies of a container."""

StorageGb = Annotated[int, Field(ge=20, le=65536)]
"""Storage of a database server, GiB."""

BackupDays = Annotated[int, Field(ge=1, le=35)]
"""Days that automatic backups are kept (35 is the cloud's limit)."""

ZoneCount = Annotated[int, Field(ge=2, le=4)]
"""Number of availability zones; a database and a load balancer need two."""


def is_latest(image: str) -> bool:
    """Say whether the image moves under its name: the tag `latest` without a digest."""
    match = _IMAGE.fullmatch(image)
    return match is not None and match["tag"] == "latest" and not match["digest"]


def fits(cpu: int, memory_mb: int) -> bool:
    """Say whether Fargate offers that memory with those CPU units."""
    return memory_mb in FARGATE_MEMORY_MB.get(cpu, ())


def grows(storage_gb: int, max_storage_gb: int) -> bool:
    """Say whether storage can grow so far: not at all, or by a tenth at least (user guide of RDS, autoscaling)."""
    return max_storage_gb == storage_gb or 10 * max_storage_gb >= 11 * storage_gb
