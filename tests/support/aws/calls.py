"""The calls of AWS that the scripts make, for the policies of those who run them.

`tests/test_ops_calls.py` compares the table with the calls that the scripts really make.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import yaml

__all__ = ["CALLS", "recorded_calls", "resource_of", "written"]

CALLS: Final = Path(__file__).with_name("calls.yaml")


def recorded_calls() -> dict[str, list[tuple[str, str, str]]]:
    """Return the calls of each script: service, operation and resource.

    In a resource, NAME is the prefix of the environment, and `*` any name after it.
    """
    table: dict[str, list[str]] = yaml.safe_load(CALLS.read_text())
    return {script: [_parts(line) for line in lines] for script, lines in table.items()}


def resource_of(service: str, parameters: dict[str, Any], name: str) -> str:
    """Return the resource of a call in an environment, without the names of single services and tasks."""
    if service == "ssm":
        return _after(name, "parameter", parameters["Name"]) if "Name" in parameters else "task/NAME/*"
    if service == "logs":
        return _after(name, "log-group:", parameters["logGroupName"])
    if service == "secretsmanager":
        return "secret:NAME/*"
    if service == "rds":
        return _after(name, "db:", parameters["DBInstanceIdentifier"])
    if service == "ecr":
        return "repository/*"
    if service == "ecs":
        return _resource_of_ecs(parameters, name)
    return "*"


def _resource_of_ecs(parameters: dict[str, Any], name: str) -> str:
    if "clusters" in parameters:
        return _after(name, "cluster/", parameters["clusters"][0])
    assert parameters.get("cluster", name) == name
    if "service" in parameters or "services" in parameters:
        return "service/NAME/*"
    if "task" in parameters or "tasks" in parameters:
        return "task/NAME/*"
    family = str(parameters.get("taskDefinition") or parameters["family"]).rpartition("/")[2]
    assert family.startswith(f"{name}-")
    return "task-definition/NAME-*"


def _after(name: str, kind: str, text: str) -> str:
    assert name in text
    return kind + text.replace(name, "NAME")


def _parts(line: str) -> tuple[str, str, str]:
    call, resource = line.split(" on ")
    service, operation = call.split(":")
    return service, operation, resource


def written(calls: Iterable[tuple[str, str, dict[str, Any]]], name: str) -> list[str]:
    """Return the lines of the table for the calls of a script."""
    return sorted({f"{service}:{operation} on {resource_of(service, one, name)}" for service, operation, one in calls})
