"""What a provider plans: computed attributes that are unknown until apply, and what has to be replaced."""

from __future__ import annotations

from typing import Any, Final

from tests.tfstub.schema import Block
from tests.tfstub.values import Context, has_unknown, nested
from tests.tfstub.wire import UNKNOWN

__all__ = ["empty", "replacing", "resource", "unknowns"]

_REPLACED_BY: Final = {
    "aws_cloudwatch_log_group": ["name"],
    "aws_db_instance": ["db_subnet_group_name", "engine", "identifier", "username"],
    "aws_ecs_cluster": ["name"],
    "aws_ecs_service": ["cluster", "launch_type", "name"],
    "aws_ecs_task_definition": ["container_definitions", "cpu", "family", "memory"],
    "aws_elasticache_replication_group": ["replication_group_id", "subnet_group_name"],
    "aws_iam_role": ["name"],
    "aws_lb": ["internal", "load_balancer_type", "name"],
    "aws_lb_target_group": ["name", "port", "protocol", "target_type", "vpc_id"],
    "aws_s3_bucket": ["bucket"],
    "aws_secretsmanager_secret": ["name"],
    "aws_ssm_parameter": ["name"],
    "aws_secretsmanager_secret_version": ["secret_id", "secret_string_wo_version"],
    "aws_security_group": ["description", "name", "vpc_id"],
    "aws_sqs_queue": ["fifo_queue", "name"],
    "aws_subnet": ["availability_zone", "cidr_block", "vpc_id"],
    "aws_vpc": ["cidr_block"],
}
"""Attributes whose change replaces a resource, which a schema does not tell; the common ones."""


def empty(block: Block) -> dict[str, Any]:
    """Return a value of the block in which nothing is set."""
    value: dict[str, Any] = dict.fromkeys(block.get("attributes", {}))
    for name, block_type in block.get("block_types", {}).items():
        value[name] = {"single": None, "group": None, "map": {}}.get(block_type["nesting_mode"], [])
    return value


def unknowns(block: Block, value: Any, prior: Any = None) -> Any:
    """Return the value with computed attributes unknown, and without what is only written.

    What was null before stays null: an update teaches nothing about it.
    """
    if not isinstance(value, dict):
        return value
    planned = dict(value)
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("computed") and planned.get(name) is None and not prior:
            planned[name] = UNKNOWN
        if attribute.get("write_only"):
            planned[name] = None
    for name, block_type in block.get("block_types", {}).items():
        was = (prior or {}).get(name)

        def change(
            inner: Block, part: Any, index: object, was: Any = was, mode: str = block_type["nesting_mode"]
        ) -> Any:
            return unknowns(inner, part, _counterpart(was, part, index, mode))

        planned[name] = nested(block_type, planned.get(name), change)
    return planned


def _counterpart(was: Any, part: Any, index: object, mode: str) -> Any:
    if isinstance(was, dict):
        return was.get(index) if mode == "map" else was
    if mode == "list" and isinstance(index, int):
        return was[index] if was and index < len(was) else None
    return part if part in (was or []) else None


def resource(context: Context, name: str, block: Block, prior: Any, proposed: dict[str, Any]) -> dict[str, Any]:
    """Return the planned state of a resource."""
    planned: dict[str, Any] = unknowns(block, proposed, prior)
    attributes = block.get("attributes", {})
    if context.provider == "aws":
        if "tags_all" in attributes and "tags" in attributes:
            tags = planned.get("tags")
            planned["tags_all"] = UNKNOWN if has_unknown(tags) else {**context.default_tags(), **(tags or {})}
        if planned.get("region") is UNKNOWN:
            planned["region"] = context.region()
        if name == "aws_acm_certificate" and prior is None:
            _plan_certificate(planned)
    if context.provider == "random" and prior is None:
        for attribute in attributes:
            if planned.get(attribute) is UNKNOWN and attribute in ("lower", "upper", "numeric", "number", "special"):
                planned[attribute] = True
            elif planned.get(attribute) is UNKNOWN and attribute.startswith("min_"):
                planned[attribute] = 0
    return planned


def _plan_certificate(planned: dict[str, Any]) -> None:
    """Name the domains to validate, which the real provider too knows when it plans."""
    others = planned.get("subject_alternative_names")
    domains = [planned.get("domain_name"), *(others if isinstance(others, list) else [])]
    if planned.get("validation_method") == "DNS" and not has_unknown(domains):
        planned["domain_validation_options"] = [
            {
                "domain_name": domain,
                "resource_record_name": UNKNOWN,
                "resource_record_type": UNKNOWN,
                "resource_record_value": UNKNOWN,
            }
            for domain in dict.fromkeys(domains)
        ]


def replacing(provider: str, name: str, block: Block, prior: Any, planned: dict[str, Any]) -> list[str]:
    """Return the attributes whose change replaces the resource."""
    if prior is None:
        return []
    if provider == "random":  # there is nothing to update in place
        candidates = [key for key, one in block["attributes"].items() if one.get("optional") or one.get("required")]
        return [key for key in candidates if prior.get(key) != planned.get(key)]
    return [
        key
        for key in _REPLACED_BY.get(name, [])
        if prior.get(key) is not None and planned.get(key) is not UNKNOWN and prior[key] != planned.get(key)
    ]
