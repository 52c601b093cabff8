"""Availability zones that a service does not support, by their IDs, which are the same in every account."""

from __future__ import annotations

from typing import Final

__all__ = ["excluded_zone_ids"]

_WITHOUT_CONTAINERS: Final = {"us-east-1": ["use1-az3"]}
"""Zones without Fargate on Arm processors (developer guide of ECS, "Amazon ECS task definitions for 64-bit ARM
workloads"), where newer classes of servers are not offered either."""

_WITHOUT_ORIGINS: Final = {
    "ap-northeast-1": ["apne1-az3"],
    "ca-central-1": ["cac1-az3"],
    "us-east-1": ["use1-az3"],
    "us-west-1": ["usw1-az2"],
}
"""Zones in which a load balancer cannot be a VPC origin (developer guide of CloudFront, "Restrict access with VPC
origins")."""


def excluded_zone_ids(region: str, *, has_domain: bool) -> list[str]:
    """Return the zones of a region that a new environment does not use, sorted.

    Args:
        region: The region.
        has_domain: Whether the environment has a domain name; without one, it is reached through CloudFront.
    """
    zones = {*_WITHOUT_CONTAINERS.get(region, ()), *(() if has_domain else _WITHOUT_ORIGINS.get(region, ()))}
    return sorted(zones)
