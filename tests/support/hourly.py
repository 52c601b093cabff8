"""What AWS bills by the hour: counted in an inventory, and in the answers where a plan does not tell."""

from __future__ import annotations

from typing import Any, Final

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.clouds.aws.environment import Environment

__all__ = ["hourly"]

_VCPUS: Final = {"small": 0.5, "medium": 1.0, "large": 2.0}
"""The vCPUs of a task by its size (tasks.tf of the module `app`)."""


def hourly(page: dict[str, Any], answers: TerraformAnswers, environment: Environment) -> dict[str, float]:
    """Return the number of hourly billed resources, by their names in docs/terraform-costs.md.

    Args:
        page: The inventory of the environment.
        answers: The answers that it was made with.
        environment: The environment, without values of its own for CPU units.
    """
    values: dict[str, dict[str, Any]] = page["values"]

    def of(kind: str) -> list[dict[str, Any]]:
        return [one for address, one in values.items() if f".{kind}." in address]

    zones = sum(".aws_subnet.public[" in address for address in values)
    public = sum(not one["internal"] for one in of("aws_lb"))
    copies = environment.app_min_count * len(answers.entry_points)
    workers = environment.worker_count if answers.worker else 0
    found = {
        "load balancers": len(of("aws_lb")),
        "NAT gateways": page["counts"].get("aws_nat_gateway", 0),
        "public IPv4 addresses": page["counts"].get("aws_eip", 0) + public * zones,
        "interface endpoints, each in one zone": zones
        * sum(one["vpc_endpoint_type"] == "Interface" for one in of("aws_vpc_endpoint")),
        "Fargate tasks": copies + workers,
        "vCPUs of all tasks": copies * _VCPUS[environment.app_size] + workers * _VCPUS[environment.worker_size],
        "database servers, with standby": sum(1 + one["multi_az"] for one in of("aws_db_instance")),
        "cache nodes": sum(one["num_cache_clusters"] for one in of("aws_elasticache_replication_group")),
    }
    return found | {"all resources": sum(found.values()) - found["vCPUs of all tasks"]}
