from __future__ import annotations

import json
from typing import Any

import pytest

from tests.awsapi import report
from tests.awsapi.patterns import matches
from tests.awsapi.tables import mistakes, tables

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/1"
ALARM = {
    "alarm_name": "a",
    "comparison_operator": "GreaterThanThreshold",
    "evaluation_periods": 1,
    "statistic": "Sum",
    "tags_all": {"Application": "desk"},
}
CONTAINER = {"name": "app", "image": "registry.example.com/app:1"}
SCHEDULE = {
    "name": "daily",
    "schedule_expression": "rate(1 hour)",
    "flexible_time_window": [{"mode": "OFF"}],
    "target": [{"arn": "arn:aws:ecs:a", "role_arn": "arn:aws:iam::123456789012:role/a"}],
}


def said(kind: str, values: dict[str, Any]) -> str:
    return "\n".join(report({f"{kind}.x": (kind, values)}).violations)


def task(**change: Any) -> dict[str, Any]:
    return {"family": "a", "container_definitions": json.dumps([CONTAINER | change])}


def started(overrides: dict[str, Any]) -> dict[str, Any]:
    target = {
        **SCHEDULE["target"][0],  # type: ignore[dict-item]
        "ecs_parameters": [{"task_definition_arn": "arn:aws:ecs:a"}],
        "input": json.dumps(overrides),
    }
    return {**SCHEDULE, "target": [target]}


@pytest.mark.slow
def test_every_member_and_every_argument_of_the_tables_is_one_that_there_is() -> None:
    assert list(mistakes()) == []
    assert len(tables()) >= 64


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_cloudwatch_metric_alarm", ALARM),
        ("aws_ecs_task_definition", task(environment=[{"name": "A", "value": "1"}])),
        ("aws_scheduler_schedule", started({"containerOverrides": [{"name": "app", "command": ["a"]}]})),
        ("aws_scheduler_schedule_group", {"name": "a" * 64}),
    ],
)
def test_nothing_is_said_about_what_a_service_takes(kind: str, values: dict[str, Any]) -> None:
    assert said(kind, values) == ""


@pytest.mark.parametrize(
    ("kind", "values", "problem"),
    [
        ("aws_appautoscaling_policy", {"policy_type": "Tracking"}, "PolicyType = 'Tracking' is none of"),
        ("aws_cloudfront_distribution", {"price_class": "PriceClass_1"}, "PriceClass = 'PriceClass_1' is none of"),
        ("aws_cloudwatch_log_group", {"name": "a b"}, "logGroupName = 'a b' does not match"),
        ("aws_cloudwatch_metric_alarm", ALARM | {"statistic": "Mean"}, "Statistic = 'Mean' is none of"),
        ("aws_cloudwatch_metric_alarm", ALARM | {"alarm_name": "a" * 256}, "AlarmName has 256 characters"),
        ("aws_cloudwatch_metric_alarm", ALARM | {"alarm_actions": ["a"] * 6}, "AlarmActions has 6 items"),
        ("aws_cloudwatch_metric_alarm", ALARM | {"tags_all": {"a": "b" * 257}}, "Tags[0].Value has 257 characters"),
        ("aws_cloudwatch_metric_alarm", ALARM | {"alarm_name": None}, "AlarmName is missing"),
        ("aws_db_instance", {"identifier": "a", "engine": "postgres"}, "DBInstanceClass is missing"),
        ("aws_db_instance", {"multi_az": "yes"}, "MultiAZ = 'yes' is neither true nor false"),
        ("aws_ecs_service", {"name": "a", "launch_type": "LAMBDA"}, "launchType = 'LAMBDA' is none of"),
        ("aws_ecs_task_definition", task(enviroment=[]), "containerDefinitions[0] has no member enviroment"),
        ("aws_ecs_task_definition", task(environment=[{"key": "A"}]), "environment[0] has no member key"),
        ("aws_ecs_task_definition", task(environment=[{"name": "A", "value": 1}]), "value = 1 is not a text"),
        (
            "aws_ecs_task_definition",
            task(portMappings=[{"containerPort": "80"}]),
            "containerPort = '80' is not a number",
        ),
        ("aws_ecs_task_definition", task(secrets=[{"name": "A"}]), "secrets[0].valueFrom is missing"),
        (
            "aws_ecs_task_definition",
            task(dependsOn=[{"containerName": "a", "condition": "SUCCEEDED"}]),
            "condition = 'SUCCEEDED' is none of START, COMPLETE, SUCCESS, HEALTHY",
        ),
        (
            "aws_elasticache_replication_group",
            {"transit_encryption_mode": "always"},
            "TransitEncryptionMode = 'always'",
        ),
        ("aws_iam_role", {"name": "a/b", "assume_role_policy": "{}"}, "RoleName = 'a/b' does not match"),
        ("aws_kms_alias", {"name": "alias/a b", "target_key_id": "a"}, "AliasName = 'alias/a b' does not match"),
        ("aws_lb_listener_rule", {"listener_arn": ARN, "priority": 50001}, "Priority = 50001 is not from 1 to 50000"),
        ("aws_lb_target_group", {"name": "a", "port": 65536}, "Port = 65536 is not from 1 to 65535"),
        ("aws_lb_target_group", {"health_check": [{"timeout": 121}]}, "HealthCheckTimeoutSeconds = 121"),
        ("aws_route53_record", {"zone_id": "Z1", "name": "a", "type": "ALIAS"}, "Type = 'ALIAS' is none of"),
        (
            "aws_s3_bucket_lifecycle_configuration",
            {"bucket": "a", "rule": [{"status": "Enabled", "transition": [{"storage_class": "COLD"}]}]},
            "StorageClass = 'COLD' is none of",
        ),
        ("aws_scheduler_schedule", {**SCHEDULE, "name": "every day"}, "Name = 'every day' does not match"),
        ("aws_scheduler_schedule", started({"overrides": {}}), "ecs.RunTask.overrides has no member overrides"),
        ("aws_scheduler_schedule_group", {"name": "a" * 65}, "Name has 65 characters, not from 1 to 64"),
        ("aws_secretsmanager_secret", {"name": ""}, "CreateSecret.Name is missing"),
        (
            "aws_subnet",
            {"vpc_id": "vpc-1", "map_public_ip_on_launch": "no", "id": "subnet-1"},
            "= 'no' is neither true",
        ),
        ("aws_wafv2_web_acl", {"name": "a", "scope": "GLOBAL"}, "Scope = 'GLOBAL' is none of CLOUDFRONT, REGIONAL"),
        ("aws_wafv2_web_acl", {"name": "a", "rule": [{"name": "a b"}]}, "Rules[0].Name = 'a b' does not match"),
    ],
)
def test_what_a_service_refuses_is_said(kind: str, values: dict[str, Any], problem: str) -> None:
    assert problem in said(kind, values)


def test_a_type_and_an_argument_that_no_table_knows_are_said() -> None:
    found = report({"a": ("aws_moon", {"name": "a"}), "b": ("aws_sns_topic", {"name": "a", "fifo_topic": True})})
    assert found.unmapped == {"aws_moon", "aws_sns_topic.fifo_topic"}
    assert found.checked == {"aws_sns_topic": 1}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Größe 1", True),
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "a;b", False),
        (r"\p{Alnum}+", "a1", True),
        (r"\p{Alnum}+", "a-1", False),
        (r"[\w-/]+", "a-b/c", True),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a\U0001f600", True),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "a\x01", False),
    ],
)
def test_a_pattern_of_the_models_means_the_same_in_python(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) == expected
