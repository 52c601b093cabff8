from __future__ import annotations

import json
from typing import Any

import pytest

from tests.awsfacts import findings
from tests.awsfacts.policies import statements

CONTAINER = {
    "name": "app",
    "image": "registry.example.com/app:1",
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "g", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "app"},
    },
}
DATABASE = {
    "instance_class": "db.t4g.micro",
    "backup_window": "02:00-03:00",
    "maintenance_window": "sun:03:30-sun:04:30",
    "skip_final_snapshot": True,
    "allocated_storage": 20,
}
CACHE = {
    "node_type": "cache.t4g.micro",
    "snapshot_window": "02:00-03:00",
    "maintenance_window": "sun:03:30-sun:04:30",
    "transit_encryption_enabled": True,
}


def found(kind: str, values: dict[str, Any]) -> str:
    return "\n".join(findings({f"{kind}.x": (kind, values)}))


def task(**change: Any) -> dict[str, Any]:
    return {"arn": "arn:aws:ecs:x", "container_definitions": json.dumps([CONTAINER | change])}


def policy(**change: Any) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1:a"}
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": allowed | change})}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_db_instance", DATABASE),
        ("aws_elasticache_replication_group", CACHE),
        ("aws_ecs_task_definition", task()),
        ("aws_iam_role_policy", policy()),
        ("aws_iam_role_policy", policy(Action="ecr:GetAuthorizationToken", Resource="*")),
        ("aws_iam_role_policy", policy(Effect="Deny", Action="sqs:*", Resource="*")),
        ("aws_moon", {"name": "anything"}),
    ],
)
def test_nothing_is_said_about_what_the_cloud_takes(kind: str, values: dict[str, Any]) -> None:
    assert found(kind, values) == ""


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("aws_appautoscaling_target", {"min_capacity": 3, "max_capacity": 2}, "min_capacity = 3 is more than"),
        (
            "aws_cloudwatch_metric_alarm",
            {
                "namespace": "AWS/SQS",
                "metric_name": "ApproximateAgeOfOldestMessage",
                "dimensions": {"QueueName": "a"},
                "period": 3600,
                "evaluation_periods": 25,
            },
            "looks back one day",
        ),
        ("aws_db_instance", DATABASE | {"instance_class": "db.t4g.16xlarge"}, "db.t4g.16xlarge is no size"),
        ("aws_db_instance", DATABASE | {"max_allocated_storage": 21}, "is not a tenth more than 20"),
        ("aws_db_instance", DATABASE | {"skip_final_snapshot": False}, "final_snapshot_identifier is missing"),
        ("aws_db_instance", DATABASE | {"monitoring_interval": 60}, "requires monitoring_role_arn"),
        ("aws_db_instance", DATABASE | {"monitoring_interval": 45}, "monitoring_interval = 45"),
        ("aws_db_instance", DATABASE | {"backup_retention_period": 36}, "is not from 1 to 35"),
        ("aws_db_instance", DATABASE | {"backup_window": None}, "are chosen"),
        ("aws_db_instance", DATABASE | {"backup_window": "2am-3am"}, "does not match"),
        ("aws_db_instance", DATABASE | {"username": "rdsadmin"}, "username = 'rdsadmin'"),
        (
            "aws_db_parameter_group",
            {"parameter": [{"name": "rds.forcessl", "value": "1"}]},
            "'rds.forcessl' is",
        ),
        ("aws_db_parameter_group", {"parameter": [{"name": "log_statement", "value": "none?"}]}, "none of its values"),
        ("aws_ecs_service", {"launch_type": "FARGATE", "capacity_provider_strategy": [{}]}, "exactly one of"),
        ("aws_ecs_task_definition", task(privileged=True), "no privileged container"),
        ("aws_ecs_task_definition", task(essential=False), "no container is essential"),
        (
            "aws_ecs_task_definition",
            task(environment=[{"name": "A", "value": ""}], secrets=[{"name": "A", "valueFrom": "arn:aws:ssm:a"}]),
            "A is set twice",
        ),
        ("aws_ecs_task_definition", task(image=None), "image is missing"),
        ("aws_ecs_task_definition", task(logConfiguration={"logDriver": "json-file"}), "no log driver json-file"),
        ("aws_ecs_task_definition", task(mountPoints=[{"sourceVolume": "a"}]), "no volume is named a"),
        ("aws_ecs_task_definition", task(portMappings=[{"containerPort": 80, "hostPort": 8}]), "inside and outside"),
        ("aws_ecs_task_definition", task(healthCheck={"command": ["curl"]}), "begins with CMD"),
        ("aws_ecs_task_definition", task(command=["x" * 70000]), "at most 65536"),
        (
            "aws_ecs_task_definition",
            task(linuxParameters={"capabilities": {"add": ["NET_ADMIN"]}}),
            "adds no capability but SYS_PTRACE",
        ),
        ("aws_elasticache_replication_group", CACHE | {"multi_az_enabled": True}, "needs automatic_failover_enabled"),
        ("aws_elasticache_replication_group", CACHE | {"automatic_failover_enabled": True}, "needs two servers"),
        ("aws_elasticache_replication_group", CACHE | {"replication_group_id": "a" * 41}, "41 characters"),
        ("aws_elasticache_replication_group", CACHE | {"maintenance_window": "sun:03:30-sun:04:00"}, "shorter than 60"),
        ("aws_elasticache_subnet_group", {"name": "Upper"}, "'Upper'"),
        ("aws_iam_role_policy", policy(Action="*"), "it allows *"),
        ("aws_iam_role_policy", policy(Resource="*"), "on everything"),
        ("aws_iam_role_policy", policy(Action=["sqs:SendMesage"]), "it allows sqs:SendMesage"),
        ("aws_iam_role_policy", policy(Resource=["a" * 11000]), "at most 10240"),
        ("aws_kms_key", policy(Action="kms:*", Principal={"AWS": "*"}), "it allows AWS *"),
        ("aws_kms_key", {"deletion_window_in_days": 31, **policy()}, "is not from 7 to 30"),
        ("aws_lb_listener", {"protocol": "HTTPS", "default_action": []}, "a certificate and a policy go with HTTPS"),
        ("aws_lb_target_group", {"health_check": [{"interval": 5, "timeout": 5}]}, "ends before the next begins"),
        ("aws_lb_listener_rule", {"condition": [{"path_pattern": [{"values": ["/" * 129]}]}]}, "129 characters"),
        (
            "aws_s3_bucket_lifecycle_configuration",
            {"rule": [{"expiration": [{"days": 0}]}]},
            "expiration.days = 0",
        ),
        ("aws_s3_bucket_policy", policy(Principal="*"), "it allows AWS *"),
        (
            "aws_scheduler_schedule",
            {"schedule_expression": "cron(0 9 * * *)", "target": [{"input": '{"overrides": {}}'}]},
            "has not the six fields",
        ),
        ("aws_secretsmanager_secret", {"recovery_window_in_days": 3}, "neither 0 nor from 7 to 30"),
        ("aws_sns_topic_policy", policy(Principal={"Service": "evil.amazonaws.com"}), "it allows Service evil"),
        ("aws_sqs_queue", {"redrive_policy": '{"maxReceive": 5}'}, "has the keys maxReceive"),
        ("aws_sqs_queue", {"redrive_policy": '{"deadLetterTargetArn": "a", "maxReceiveCount": 0}'}, "from 1 to 1000"),
        ("aws_vpc_endpoint", {"route_table_ids": ["a"], "subnet_ids": ["b"]}, "exactly one of route_table_ids"),
        ("aws_vpc_security_group_ingress_rule", {"from_port": 2, "to_port": 1}, "begin at 2 and end at 1"),
        ("aws_wafv2_web_acl", {"rule": [{"priority": 1}, {"priority": 1}]}, "the same priority"),
    ],
)
def test_what_the_cloud_would_refuse_is_said(kind: str, values: dict[str, Any], said: str) -> None:
    assert said in found(kind, values)


def test_ranges_that_overlap_and_a_service_without_its_container_are_said() -> None:
    service = {"task_definition": "arn:aws:ecs:x", "load_balancer": [{"container_name": "a", "container_port": 1}]}
    said = findings(
        {
            "one": ("aws_subnet", {"cidr_block": "10.0.0.0/20"}),
            "two": ("aws_subnet", {"cidr_block": "10.0.8.0/24"}),
            "three": ("aws_subnet", {"cidr_block": "10.0.16.0/20"}),
            "task": ("aws_ecs_task_definition", task()),
            "service": ("aws_ecs_service", {"launch_type": "FARGATE", **service}),
        }
    )
    assert said == ["one: its range 10.0.0.0/20 overlaps that of two", "service: no container a listens at 1"]


def test_a_policy_reads_the_same_with_one_thing_and_with_a_list_of_one() -> None:
    one, other = policy(), policy(Action=["sqs:SendMessage"], Resource=["arn:aws:sqs:eu-west-1:1:a"])
    assert statements(one["policy"]) == statements(other["policy"])
