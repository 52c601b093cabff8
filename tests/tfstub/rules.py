"""Rules that the real provider checks beyond its schema: the few that matter here."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.tfstub.schema import Block
from tests.tfstub.values import has_unknown
from tests.tfstub.wire import UNKNOWN

__all__ = ["check"]

Problem = tuple[str, str, list[str | int]]
"""Summary, detail, and the path of the attribute."""

Rule = Callable[[str], str | None]
"""Says what is wrong with a value, or None."""


def _name(longest: int, pattern: str) -> Rule:
    def rule(value: str) -> str | None:
        if len(value) > longest:
            return f"{value!r} has {len(value)} characters; at most {longest}"
        return None if re.fullmatch(pattern, value) else f"{value!r} does not match {pattern}"

    return rule


def _one_of(*values: object) -> Rule:
    return lambda value: None if value in values else f"expected one of {list(values)}, got {value!r}"


def _cidr(value: str) -> str | None:
    try:
        ipaddress.ip_network(value, strict=True)
    except ValueError as error:
        return f"{value!r} is not a CIDR block: {error}"
    return None


def _json(value: str) -> str | None:
    try:
        json.loads(value)
    except ValueError as error:
        return f"contains invalid JSON: {error}"
    return None


def _arn(value: str) -> str | None:
    return None if value.startswith("arn:") else f"{value!r} is no ARN"


_HYPHENATED: Final = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_LOWER: Final = r"[a-z](-?[a-z0-9])*"
_DAYS: Final = (
    *(0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

_RULES: Final[dict[str, dict[str, Rule]]] = {
    "aws_cloudwatch_log_group": {"retention_in_days": _one_of(*_DAYS), "name": _name(512, r"[\w./#-]+")},
    "aws_db_instance": {"identifier": _name(63, _LOWER)},
    "aws_ecs_service": {"launch_type": _one_of("EC2", "EXTERNAL", "FARGATE")},
    "aws_ecs_task_definition": {
        "container_definitions": _json,
        "network_mode": _one_of("awsvpc", "bridge", "host", "none"),
    },
    "aws_elasticache_replication_group": {
        "replication_group_id": _name(40, _LOWER),
        "engine": _one_of("redis", "valkey"),
    },
    "aws_iam_role": {"assume_role_policy": _json, "name": _name(64, r"[\w+=,.@-]+")},
    "aws_iam_role_policy": {"policy": _json, "name": _name(128, r"[\w+=,.@-]+")},
    "aws_iam_role_policy_attachment": {"policy_arn": _arn},
    "aws_kms_key": {"policy": _json},
    "aws_lb": {"name": _name(32, _HYPHENATED), "load_balancer_type": _one_of("application", "gateway", "network")},
    "aws_lb_target_group": {
        "name": _name(32, _HYPHENATED),
        "name_prefix": _name(6, r"[A-Za-z0-9][A-Za-z0-9-]*"),
        "target_type": _one_of("alb", "instance", "ip", "lambda"),
    },
    "aws_s3_bucket": {
        "bucket": _name(63, r"[a-z0-9][a-z0-9.-]+[a-z0-9]"),
        "bucket_prefix": _name(37, r"[a-z0-9][a-z0-9.-]+"),
    },
    "aws_s3_bucket_policy": {"policy": _json},
    "aws_scheduler_schedule": {"name": _name(64, r"[0-9A-Za-z_.-]+")},
    "aws_secretsmanager_secret": {"name": _name(512, r"[\w/+=.@-]+")},
    "aws_sqs_queue": {"name": _name(80, r"[\w-]+(\.fifo)?"), "redrive_policy": _json, "policy": _json},
    "aws_subnet": {"cidr_block": _cidr},
    "aws_vpc": {"cidr_block": _cidr},
    "aws_wafv2_web_acl": {"name": _name(128, r"[\w-]+")},
}
_CONFLICTS: Final = {
    "aws_db_instance": [("password", "manage_master_user_password"), ("password_wo", "manage_master_user_password")],
    "aws_elasticache_replication_group": [("auth_token", "user_group_ids"), ("auth_token_wo", "user_group_ids")],
    "aws_subnet": [("availability_zone", "availability_zone_id")],
}
_FARGATE: Final[dict[int, range | tuple[int, ...]]] = {
    256: (512, 1024, 2048),
    512: range(1024, 4097, 1024),
    1024: range(2048, 8193, 1024),
    2048: range(4096, 16385, 1024),
    4096: range(8192, 30721, 1024),
    8192: range(16384, 61441, 4096),
    16384: range(32768, 122881, 8192),
}


def check(provider: str, kind: str, name: str, block: Block, config: dict[str, Any] | None) -> list[Problem]:
    """Return what is wrong with the configuration of a resource or a data source."""
    if not config:
        return []
    problems = list(_set_by_the_provider(block, config, []))
    if kind == "resource":
        problems += _exclusive(provider, name, block.get("attributes", {}), config)
        problems += _values(name, config)
        if name == "aws_ecs_task_definition":
            problems += _fargate(config)
    return problems


def _set_by_the_provider(block: Block, config: dict[str, Any], path: list[str | int]) -> Iterator[Problem]:
    """Terraform itself lets a configuration set what is only computed, or a required argument to null."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("required") and name in config and config[name] is None:
            yield "Missing required argument", f'The argument "{name}" is required.', [*path, name]
        only_computed = attribute.get("computed") and not attribute.get("optional")
        if only_computed and config.get(name) is not None:
            yield "Value for unconfigurable attribute", f'"{name}" is decided by the provider.', [*path, name]
    for name, block_type in block.get("block_types", {}).items():
        value = config.get(name)
        if isinstance(value, dict) and block_type["nesting_mode"] == "single":
            yield from _set_by_the_provider(block_type["block"], value, [*path, name])
        for index, part in enumerate(value if isinstance(value, list) else []):
            place: list[str | int] = [name, index] if block_type["nesting_mode"] == "list" else [name]
            if isinstance(part, dict):
                yield from _set_by_the_provider(block_type["block"], part, [*path, *place])


def _exclusive(provider: str, name: str, attributes: dict[str, Any], config: dict[str, Any]) -> Iterator[Problem]:
    def is_set(key: str) -> bool:
        return config.get(key) is not None and config[key] is not UNKNOWN

    pairs = list(_CONFLICTS.get(name, []))
    for key in attributes:
        if key.endswith("_wo"):
            pairs.append((key, key.removesuffix("_wo")))
            version = f"{key}_version"
            if provider == "aws" and version in attributes and is_set(key) and config.get(version) is None:
                yield "Missing required argument", f'"{key}": all of `{key},{version}` must be specified', [key]
        if provider == "aws" and f"{key}_prefix" in attributes:
            pairs.append((key, f"{key}_prefix"))
    for one, other in pairs:
        if is_set(one) and is_set(other):
            yield "Conflicting configuration arguments", f'"{one}": conflicts with {other}', [one]


def _values(name: str, config: dict[str, Any]) -> Iterator[Problem]:
    for key, rule in _RULES.get(name, {}).items():
        value = config.get(key)
        if value is not None and not has_unknown(value) and (wrong := rule(value)):
            yield f"invalid value for {key}", wrong, [key]


def _fargate(config: dict[str, Any]) -> Iterator[Problem]:
    if "FARGATE" not in (config.get("requires_compatibilities") or []):
        return
    if config.get("network_mode") not in ("awsvpc", UNKNOWN):
        yield "invalid Fargate task", "Fargate supports the network mode awsvpc alone", ["network_mode"]
    cpu, memory = config.get("cpu"), config.get("memory")
    if isinstance(cpu, str) and isinstance(memory, str) and int(memory) not in _FARGATE.get(int(cpu), ()):
        yield "invalid Fargate size", f"cpu {cpu} and memory {memory} do not go together", ["memory"]
