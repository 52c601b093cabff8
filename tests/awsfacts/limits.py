"""How large and how long AWS lets something be, by resource type and path; a path passes through lists.

What the models of the services say is left to `tests.awsapi`; these limits are in prose alone, or narrower here.
Each source is the reference of the service's API or its page of quotas, unless it is named. What the stub knows
already (names of load balancers, roles, queues and others) is in `tests.tfstub.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["EXACTLY_ONE", "FORMS", "RANGES"]

RANGES: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "aws_appautoscaling_target": {"max_capacity": (0, 5000), "min_capacity": (0, 5000)},
    "aws_cloudwatch_metric_alarm": {"evaluation_periods": (1, 1440)},
    # RDS: CreateDBInstance for PostgreSQL with gp3; no backups would be no backups
    "aws_db_instance": {
        "allocated_storage": (20, 65536),
        "backup_retention_period": (1, 35),
        "port": (1150, 65535),
    },
    "aws_ecs_service": {
        "deployment_maximum_percent": (100, 200),
        "deployment_minimum_healthy_percent": (0, 100),
        "health_check_grace_period_seconds": (0, 2147483647),
    },
    "aws_elasticache_replication_group": {"num_cache_clusters": (1, 6), "snapshot_retention_limit": (0, 35)},
    "aws_kms_key": {"deletion_window_in_days": (7, 30)},
    # Elastic Load Balancing: ModifyLoadBalancerAttributes, ModifyTargetGroupAttributes
    "aws_lb": {"idle_timeout": (1, 4000)},
    "aws_lb_target_group": {"deregistration_delay": (0, 3600)},
    "aws_s3_bucket_lifecycle_configuration": {
        "rule.abort_incomplete_multipart_upload.days_after_initiation": (1, 2147483647),
        "rule.expiration.days": (1, 2147483647),
        "rule.noncurrent_version_expiration.noncurrent_days": (1, 2147483647),
    },
    # SQS: SetQueueAttributes
    "aws_sqs_queue": {
        "delay_seconds": (0, 900),
        "message_retention_seconds": (60, 1209600),
        "receive_wait_time_seconds": (0, 20),
        "visibility_timeout_seconds": (0, 43200),
    },
    "aws_vpc_security_group_egress_rule": {"from_port": (0, 65535), "to_port": (0, 65535)},
    "aws_vpc_security_group_ingress_rule": {"from_port": (0, 65535), "to_port": (0, 65535)},
}
"""The least and the most, both allowed."""

# EC2: AuthorizeSecurityGroupIngress, CreateSecurityGroup
_GROUP_TEXT = r"[A-Za-z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}"
_ECS_NAME = r"[A-Za-z0-9_-]{1,255}"
_DAY_WINDOW = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"
_WEEK_WINDOW = (
    r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d"
)

FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "aws_cloudfront_distribution": {"comment": r".{0,128}"},
    "aws_cloudwatch_metric_alarm": {"alarm_name": r"[^\x00-\x1f]+"},
    # RDS: CreateDBInstance, CreateDBSnapshot; the address of a server is a DNS label
    "aws_db_instance": {
        "backup_window": _DAY_WINDOW,
        "db_name": r"[A-Za-z][A-Za-z0-9_]{0,62}",
        "final_snapshot_identifier": r"(?=.{1,255}\Z)[A-Za-z](-?[A-Za-z0-9])*",
        "maintenance_window": _WEEK_WINDOW,
        "username": r"(?!(rdsadmin|user)\Z)[A-Za-z][A-Za-z0-9_]{0,62}",
    },
    # The provider adds 26 characters to a prefix.
    "aws_db_parameter_group": {"description": r".{1,255}", "name_prefix": r"(?=.{1,229}\Z)[a-z](-?[a-z0-9])*-?"},
    "aws_db_subnet_group": {"name": r"(?!default\Z)[a-z0-9 ._-]{1,255}"},
    "aws_ecs_cluster": {"name": _ECS_NAME},
    "aws_ecs_service": {"name": _ECS_NAME},
    "aws_ecs_task_definition": {"family": _ECS_NAME, "volume.name": _ECS_NAME},
    "aws_elasticache_replication_group": {
        "description": r".{1,255}",
        "maintenance_window": _WEEK_WINDOW,
        "replication_group_id": r"(?=.{1,40}\Z)[a-z](-?[a-z0-9])*",
        "snapshot_window": _DAY_WINDOW,
    },
    "aws_elasticache_subnet_group": {"name": r"[a-z0-9-]{1,255}"},
    "aws_kms_alias": {"name": r"alias/(?!aws/).+"},
    "aws_lb_listener_rule": {"condition.path_pattern.values": r"[A-Za-z0-9_\-.$/~\"'@:+&*?]{1,128}"},
    "aws_lb_target_group": {"health_check.matcher": r"[2-4]\d\d([,-][2-4]\d\d)*", "health_check.path": r"/.{0,1023}"},
    "aws_scheduler_schedule": {"schedule_expression": r"(cron|rate|at)\(.+\)"},
    "aws_security_group": {"description": _GROUP_TEXT, "name": r"(?!sg-)" + _GROUP_TEXT},
    "aws_sns_topic": {"name": r"[A-Za-z0-9_-]{1,256}"},
    "aws_vpc_endpoint": {
        "service_name": r"com\.amazonaws\.[a-z0-9-]+\.(ecr\.api|ecr\.dkr|kms|logs|s3|secretsmanager|sqs|ssmmessages)"
    },
    "aws_vpc_security_group_egress_rule": {"description": _GROUP_TEXT},
    "aws_vpc_security_group_ingress_rule": {"description": _GROUP_TEXT},
}
"""What a text matches as a whole."""

EXACTLY_ONE: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "aws_ecs_service": (("capacity_provider_strategy", "launch_type"),),
    "aws_route": (
        ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"),
        ("gateway_id", "nat_gateway_id", "network_interface_id", "transit_gateway_id", "vpc_endpoint_id"),
    ),
    "aws_vpc_endpoint": (("route_table_ids", "subnet_ids"),),
    "aws_vpc_security_group_egress_rule": (
        ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    ),
    "aws_vpc_security_group_ingress_rule": (
        ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    ),
}
"""Arguments of which one is set, and no other."""
