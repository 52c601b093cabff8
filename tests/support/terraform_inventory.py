"""What a plan makes, as a page that a person can review: `make inventories` writes the pages anew."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tests.support.terraform_runs import resources_of

__all__ = ["INVENTORIES", "assert_inventory", "inventory"]

INVENTORIES: Final = Path(__file__).parents[1] / "inventories"
_LATER: Final = "(known after apply)"
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_appautoscaling_target": ("max_capacity", "min_capacity"),
    "aws_cloudfront_distribution": ("default_cache_behavior", "price_class", "viewer_certificate"),
    "aws_cloudwatch_log_group": ("retention_in_days",),
    "aws_cloudwatch_metric_alarm": ("comparison_operator", "metric_name", "threshold", "treat_missing_data"),
    "aws_db_instance": (
        *("allocated_storage", "apply_immediately", "backup_retention_period", "deletion_protection"),
        *("enabled_cloudwatch_logs_exports", "engine_version", "iam_database_authentication_enabled"),
        *("instance_class", "max_allocated_storage", "monitoring_interval", "multi_az"),
        *("performance_insights_enabled",),
        *("publicly_accessible", "skip_final_snapshot", "storage_encrypted", "storage_type"),
    ),
    "aws_db_parameter_group": ("family", "parameter"),
    "aws_ecs_cluster": ("setting",),
    "aws_ecs_service": (
        "alarms",
        "deployment_circuit_breaker",
        "desired_count",
        "launch_type",
        "wait_for_steady_state",
    ),
    "aws_ecs_task_definition": ("cpu", "memory", "runtime_platform", "skip_destroy"),
    "aws_elasticache_replication_group": (
        *("at_rest_encryption_enabled", "automatic_failover_enabled", "engine", "engine_version", "multi_az_enabled"),
        *("node_type", "num_cache_clusters", "snapshot_retention_limit", "transit_encryption_enabled"),
        *("transit_encryption_mode", "auth_token_update_strategy"),
    ),
    "aws_kms_key": ("deletion_window_in_days", "enable_key_rotation"),
    "aws_lb": ("drop_invalid_header_fields", "enable_deletion_protection", "internal"),
    "aws_acm_certificate": ("domain_name", "subject_alternative_names"),
    "aws_lb_listener_rule": ("priority",),
    "aws_lb_listener": ("port", "protocol", "ssl_policy"),
    "aws_s3_bucket": ("force_destroy",),
    "aws_s3_bucket_lifecycle_configuration": ("rule",),
    "aws_s3_bucket_public_access_block": (
        *("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"),
    ),
    "aws_s3_bucket_server_side_encryption_configuration": ("rule",),
    "aws_s3_bucket_versioning": ("versioning_configuration",),
    "aws_scheduler_schedule": ("schedule_expression", "schedule_expression_timezone"),
    "aws_secretsmanager_secret": ("name", "recovery_window_in_days"),
    "aws_sns_topic_subscription": ("endpoint", "protocol"),
    "aws_sqs_queue": (
        *("message_retention_seconds", "receive_wait_time_seconds", "sqs_managed_sse_enabled"),
        *("visibility_timeout_seconds",),
    ),
    "aws_ssm_parameter": ("insecure_value", "name"),
    "aws_subnet": ("cidr_block", "map_public_ip_on_launch"),
    "aws_vpc": ("cidr_block",),
    "aws_vpc_endpoint": ("policy", "service_name", "vpc_endpoint_type"),
    "aws_vpc_security_group_egress_rule": ("cidr_ipv4", "from_port", "to_port"),
    "aws_vpc_security_group_ingress_rule": ("cidr_ipv4", "from_port", "to_port"),
}
"""What costs money or keeps something safe, by resource type."""


def inventory(plan: dict[str, Any], tree: Path) -> dict[str, Any]:
    """Return the page of a plan: how much there is, what it tells, what it allows, and its chosen values.

    Args:
        plan: The plan.
        tree: The rendered tree that it is a plan of; its Terraform files are counted.
    """
    resources = resources_of(plan)
    lines = [path.read_text().count("\n") for path in tree.rglob("*.tf") if ".terraform" not in path.parts]
    return {
        "size": {"files": len(lines), "lines": sum(lines), "resources": len(resources)},
        "counts": dict(sorted(Counter(kind for kind, _ in resources.values()).items())),
        "outputs": {name: one.get("value", _LATER) for name, one in plan["planned_values"]["outputs"].items()},
        "policies": dict(sorted(_policies(plan))),
        "values": {
            address: {key: _tidy(values.get(key)) for key in _VALUES[kind] if _tidy(values.get(key)) is not None}
            for address, (kind, values) in sorted(resources.items())
            if kind in _VALUES
        },
    }


def assert_inventory(found: dict[str, Any], name: str) -> None:
    """Hold a page against `tests/inventories/NAME.yaml`; `make inventories` writes it instead."""
    path = INVENTORIES / f"{name}.yaml"
    if os.environ.get("UPDATE_INVENTORIES"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(found, sort_keys=False, width=120, allow_unicode=True))
    expected = yaml.safe_load(path.read_text())
    for part in expected:
        assert found[part] == expected[part], f"{part} of tests/inventories/{name}.yaml; see `make inventories`"


def _tidy(value: Any) -> Any:
    """Return what is set of a value, or None."""
    if isinstance(value, dict):
        return {key: tidied for key, part in value.items() if (tidied := _tidy(part)) is not None} or None
    if isinstance(value, list):
        return [tidied for part in value if (tidied := _tidy(part)) is not None] or None
    return None if value == "" else value


def _policies(plan: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield what each policy document says: one that is read in the plan, and one that is read when it is applied."""
    read = {"values": plan.get("prior_state", {}).get("values", {})}
    for address, values in _documents(read["values"].get("root_module", {})):
        yield address, [_sentence(one, {}) for one in values["statement"]]
    for one in plan["resource_changes"]:
        if one["mode"] == "data" and one["type"] == "aws_iam_policy_document":
            later = one["change"]["after_unknown"].get("statement") or []
            statements = one["change"]["after"]["statement"]
            yield (
                one["address"],
                [
                    _sentence(statement, later[index] if index < len(later) else {})
                    for index, statement in enumerate(statements)
                ],
            )


def _documents(module: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in module.get("resources", []):
        if one["type"] == "aws_iam_policy_document":
            yield one["address"], one["values"]
    for child in module.get("child_modules", []):
        yield from _documents(child)


def _sentence(statement: dict[str, Any], later: dict[str, Any]) -> str:
    def listed(key: str, values: list[str] | None) -> str:
        unknown = later.get(key)
        return _LATER if unknown is True or True in (unknown or []) else ", ".join(sorted(values or []))

    who = [f"{one['type']} {name}" for one in statement.get("principals") or [] for name in one["identifiers"]]
    about = listed("resources", statement.get("resources"))
    parts = [
        statement.get("effect") or "Allow",
        listed("actions", statement.get("actions")),
        f"on {about}" if about else "",
        f"for {', '.join(who)}" if who else "",
        "if" if statement.get("condition") else "",
        " and ".join(one["variable"] for one in statement.get("condition") or []),
    ]
    return " ".join(part for part in parts if part)
