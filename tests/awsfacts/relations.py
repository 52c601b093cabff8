"""Values that go together, in one resource or among several."""

from __future__ import annotations

import ipaddress
import json
import zoneinfo
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from tests.awsfacts.words import CACHE_FAMILIES, DATABASE_FAMILIES, METRICS, OF_TARGETS

__all__ = ["of_all", "of_one"]

_Values = Mapping[str, Any]


def of_one(kind: str, values: _Values) -> Iterator[str]:
    """Yield what does not go together in one resource."""
    if kind in _CHECKS:
        yield from _CHECKS[kind](values)


def of_all(resources: Mapping[str, tuple[str, _Values]]) -> Iterator[str]:
    """Yield what does not go together among the resources of a state, with the address that it is about."""
    subnets = {address: values for address, (kind, values) in resources.items() if kind == "aws_subnet"}
    ranges = {address: ipaddress.ip_network(values["cidr_block"]) for address, values in subnets.items()}
    for (one, first), (other, second) in combinations(ranges.items(), 2):
        if first.overlaps(second):
            yield f"{one}: its range {first} overlaps that of {other}"
    containers = {
        values["arn"]: {one["name"]: one for one in json.loads(values["container_definitions"])}
        for kind, values in resources.values()
        if kind == "aws_ecs_task_definition"
    }
    for address, (kind, values) in resources.items():
        for target in values.get("load_balancer") or [] if kind == "aws_ecs_service" else []:
            found = containers.get(values["task_definition"], {}).get(target["container_name"], {})
            ports = [port["containerPort"] for port in found.get("portMappings") or []]
            if target["container_port"] not in ports:
                yield f"{address}: no container {target['container_name']} listens at {target['container_port']}"


def _database(values: _Values) -> Iterator[str]:
    yield from _size(values.get("instance_class", ""), DATABASE_FAMILIES)
    yield from _windows(values.get("backup_window"), values.get("maintenance_window"), shortest=30)
    storage, most = values.get("allocated_storage", 0), values.get("max_allocated_storage") or 0
    if (
        most and 10 * most < 11 * storage
    ):  # user guide of RDS, "Managing capacity automatically with storage autoscaling"
        yield f"max_allocated_storage = {most} is not a tenth more than {storage}"
    if not values.get("skip_final_snapshot") and not values.get("final_snapshot_identifier"):
        yield "final_snapshot_identifier is missing"
    # The other direction is not checked: a role that is not set has a computed value in the state.
    if values.get("monitoring_interval", 0) > 0 and not values.get("monitoring_role_arn"):
        yield "monitoring_interval requires monitoring_role_arn"


def _cache(values: _Values) -> Iterator[str]:
    yield from _size(values.get("node_type", ""), CACHE_FAMILIES)
    yield from _windows(values.get("snapshot_window"), values.get("maintenance_window"), shortest=60)
    if values.get("multi_az_enabled") and not values.get("automatic_failover_enabled"):
        yield "multi_az_enabled needs automatic_failover_enabled"
    if values.get("automatic_failover_enabled") and values.get("num_cache_clusters", 1) < 2:
        yield "automatic_failover_enabled needs two servers"
    if not values.get("transit_encryption_enabled") and values.get("auth_token_update_strategy"):
        yield "a token needs transit_encryption_enabled"


def _parameters(values: _Values) -> Iterator[str]:
    known = {"rds.force_ssl": {"0", "1"}, "log_statement": {"all", "ddl", "mod", "none"}}
    for parameter in values["parameter"]:
        if parameter["value"] not in known.get(parameter["name"], {parameter["value"]}):
            yield f"{parameter['name']} = {parameter['value']!r} is none of its values"


def _size(name: str, families: Mapping[str, Any]) -> Iterator[str]:
    family, _, size = name.rpartition(".")
    if size not in families.get(family, ()):
        yield f"{name} is no size of a server"


def _windows(daily: str | None, weekly: str | None, *, shortest: int) -> Iterator[str]:
    """Windows are in UTC; one that is taken every day must not meet the weekly one."""
    if not daily or not weekly:
        yield "the windows of backups and of maintenance are chosen"
        return
    try:
        begin, end = (_minutes(part) for part in daily.split("-"))
        first, last = (_minutes(part.split(":", 1)[1]) for part in weekly.split("-"))
    except (IndexError, ValueError):  # its form is wrong, which is said elsewhere
        return
    if not first < last or last - first < shortest:
        yield f"the maintenance window {weekly} is shorter than {shortest} minutes"
    if begin < last and first < end:
        yield f"the windows {daily} and {weekly} overlap"


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def _alarm(values: _Values) -> Iterator[str]:
    queries = values.get("metric_query") or []
    metrics = [metric for query in queries for metric in query.get("metric") or []] or [values]
    for metric in metrics:
        yield from _metric(metric)
        if metric.get("period", 60) * values.get("evaluation_periods", 1) > 86400:
            yield "an alarm looks back one day at most"
    if queries and [query.get("return_data") for query in queries].count(True) != 1:
        yield "an alarm with several metrics returns the data of exactly one of them"
    if (values.get("datapoints_to_alarm") or 1) > values.get("evaluation_periods", 1):
        yield "datapoints_to_alarm is more than evaluation_periods"


def _metric(values: _Values) -> Iterator[str]:
    name, found = values.get("metric_name", ""), set(values.get("dimensions") or {})
    dimensions = METRICS.get(values.get("namespace", ""), {}).get(name)
    if dimensions is None:
        yield f"{values.get('namespace')} has no metric {name}"
    elif found != set(dimensions) and not (name in OF_TARGETS and found == {*dimensions, "TargetGroup"}):
        yield f"the dimensions of {name} are {', '.join(dimensions)}"


def _schedule(values: _Values) -> Iterator[str]:
    zone = values.get("schedule_expression_timezone", "UTC")
    if zone not in zoneinfo.available_timezones():
        yield f"{zone!r} is no time zone"
    expression = values["schedule_expression"]
    if expression.startswith("cron(") and len(expression.split()) != 6:
        yield f"{expression} has not the six fields of the cloud's cron"


def _queue(values: _Values) -> Iterator[str]:
    redrive = json.loads(values.get("redrive_policy") or "{}")
    if redrive and set(redrive) != {"deadLetterTargetArn", "maxReceiveCount"}:
        yield f"redrive_policy has the keys {', '.join(sorted(redrive))}"
    if redrive and not 1 <= redrive.get("maxReceiveCount", 0) <= 1000:
        yield "maxReceiveCount is from 1 to 1000"


def _listener(values: _Values) -> Iterator[str]:
    secure = values.get("protocol") == "HTTPS"
    if secure != bool(values.get("certificate_arn")) or (not secure and values.get("ssl_policy")):
        yield "a certificate and a policy go with HTTPS, and with it alone"
    for action in values["default_action"]:
        if (action["type"] == "forward") != bool(action.get("target_group_arn") or action.get("forward")):
            yield "a target goes with forward, and with it alone"


def _targets(values: _Values) -> Iterator[str]:
    for check in values["health_check"]:
        if check["timeout"] >= check["interval"]:
            yield "a health check ends before the next begins"


def _ports(values: _Values) -> Iterator[str]:
    if values["from_port"] > values["to_port"]:
        yield f"the ports begin at {values['from_port']} and end at {values['to_port']}"


def _entries(values: _Values) -> Iterator[str]:
    yield from _ports(values)
    if values.get("cidr_ipv4") == "0.0.0.0/0" and values["from_port"] not in (80, 443):
        yield f"port {values['from_port']} is open to the internet"


def _exits(values: _Values) -> Iterator[str]:
    yield from _ports(values)
    if values.get("cidr_ipv4") == "0.0.0.0/0" and values["from_port"] != values["to_port"]:
        yield f"the ports from {values['from_port']} are open to every system"


def _capacity(values: _Values) -> Iterator[str]:
    if values.get("min_capacity", 0) > values.get("max_capacity", 0):
        yield f"min_capacity = {values['min_capacity']} is more than max_capacity = {values['max_capacity']}"


def _secret(values: _Values) -> Iterator[str]:
    window = values.get("recovery_window_in_days", 30)
    if window != 0 and not 7 <= window <= 30:  # Secrets Manager: DeleteSecret
        yield f"recovery_window_in_days = {window} is neither 0 nor from 7 to 30"


def _firewall(values: _Values) -> Iterator[str]:
    priorities = [rule["priority"] for rule in values["rule"]]
    if len(set(priorities)) != len(priorities):
        yield "two rules have the same priority"


_CHECKS: Final = {
    "aws_appautoscaling_target": _capacity,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_db_instance": _database,
    "aws_db_parameter_group": _parameters,
    "aws_elasticache_replication_group": _cache,
    "aws_lb_listener": _listener,
    "aws_lb_target_group": _targets,
    "aws_scheduler_schedule": _schedule,
    "aws_secretsmanager_secret": _secret,
    "aws_sqs_queue": _queue,
    "aws_vpc_security_group_egress_rule": _exits,
    "aws_vpc_security_group_ingress_rule": _entries,
    "aws_wafv2_web_acl": _firewall,
}
