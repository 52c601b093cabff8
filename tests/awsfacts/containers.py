"""The JSON of a task definition, of which Terraform sees one text: what the model of ECS does not say.

Sources: ContainerDefinition and its parts in the reference of the ECS API, and the developer guide of ECS, "Task
definition differences for Fargate".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["problems"]

_LOG_OPTIONS: Final = {
    *("awslogs-create-group", "awslogs-datetime-format", "awslogs-group", "awslogs-multiline-pattern"),
    *("awslogs-region", "awslogs-stream-prefix", "max-buffer-size", "mode"),
}
_HEALTH: Final = {"interval": (5, 300), "retries": (1, 10), "startPeriod": (0, 300), "timeout": (2, 60)}
_LONGEST: Final = 65536
_PREFIXES: Final = ("arn:aws:secretsmanager:", "arn:aws:ssm:")


def problems(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the containers of a task definition."""
    if kind != "aws_ecs_task_definition":
        return
    text = values["container_definitions"]
    containers = json.loads(text)
    if len(text) > _LONGEST:
        yield f"the containers have {len(text)} characters; at most {_LONGEST}"
    names = [container.get("name") for container in containers]
    if len(set(names)) != len(names):
        yield "two containers have the same name"
    if not any(container.get("essential", True) for container in containers):
        yield "no container is essential"
    volumes = {volume["name"] for volume in values.get("volume") or []}
    for container in containers:
        for problem in _container(container, set(names), volumes):
            yield f"container {container.get('name')}: {problem}"


def _container(container: Mapping[str, Any], names: set[str], volumes: set[str]) -> Iterator[str]:
    yield from (f"{key} is missing" for key in ("name", "image", "logConfiguration") if not container.get(key))
    yield from _log(container.get("logConfiguration") or {})
    yield from _health(container.get("healthCheck") or {})
    yield from _variables(container)
    if container.get("privileged"):
        yield "Fargate runs no privileged container"
    if not 0 <= container.get("stopTimeout", 30) <= 120:
        yield "stopTimeout is at most 120 seconds"
    added = ((container.get("linuxParameters") or {}).get("capabilities") or {}).get("add") or []
    if set(added) - {"SYS_PTRACE"}:
        yield f"Fargate adds no capability but SYS_PTRACE: {added}"
    for depends in _parts(container.get("dependsOn")):
        if depends.get("containerName") not in names:
            yield f"dependsOn names no container: {dict(depends)}"
    for mount in _parts(container.get("mountPoints")):
        if mount.get("sourceVolume") not in volumes:
            yield f"no volume is named {mount.get('sourceVolume')}"
    for port in _parts(container.get("portMappings")):
        if not 1 <= port.get("containerPort", 0) <= 65535 or port.get("hostPort") != port["containerPort"]:
            yield f"a port of the network mode awsvpc is the same inside and outside: {dict(port)}"


def _parts(value: Any) -> list[Mapping[str, Any]]:
    return value if isinstance(value, list) else [value] if value else []


def _log(log: Mapping[str, Any]) -> Iterator[str]:
    if log.get("logDriver") not in {"awsfirelens", "awslogs", "splunk"}:
        yield f"Fargate has no log driver {log.get('logDriver')}"
    options = log.get("options") or {}
    yield from (f"awslogs has no option {key}" for key in sorted(set(options) - _LOG_OPTIONS))
    for key in ("awslogs-group", "awslogs-region", "awslogs-stream-prefix"):
        if not options.get(key):
            yield f"the option {key} is missing"
    if options.get("mode") not in {None, "blocking", "non-blocking"}:
        yield f"awslogs has no mode {options['mode']}"


def _health(check: Mapping[str, Any]) -> Iterator[str]:
    if check and check.get("command", [""])[0] not in {"CMD", "CMD-SHELL", "NONE"}:
        yield "a health check's command begins with CMD or CMD-SHELL"
    for key, (least, most) in _HEALTH.items():
        if key in check and not least <= check[key] <= most:
            yield f"healthCheck.{key} = {check[key]} is not from {least} to {most}"


def _variables(container: Mapping[str, Any]) -> Iterator[str]:
    plain, secret = (_parts(container.get(key)) for key in ("environment", "secrets"))
    names = [str(one.get("name")) for one in (*plain, *secret)]
    yield from (f"the variable {name} is set twice" for name in sorted({n for n in names if names.count(n) > 1}))
    for one in secret:
        if not str(one.get("valueFrom")).startswith(_PREFIXES):
            yield f"the secret {one.get('name')} is not read from a store of secrets"
