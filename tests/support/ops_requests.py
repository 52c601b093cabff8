"""Which permissions the calls require that scripts made in front of the API: action, resource and condition keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tests.support.aws.cloud import Cloud

__all__ = ["Request", "requests"]

Request = tuple[str, str, dict[str, str]]
_PREFIXES = {"elbv2": "elasticloadbalancing"}
_WITHOUT_RESOURCE = {"DeregisterTaskDefinition", "DescribeTargetHealth", "DescribeTaskDefinition"}


def requests(cloud: Cloud, calls: Iterable[tuple[str, str, dict[str, Any]]]) -> Iterator[Request]:
    """Yield what IAM decides about calls in an account; `sts` requires no permission."""
    for service, operation, values in calls:
        if service != "sts":
            action = f"{_PREFIXES.get(service, service)}:{operation}"
            for resource, keys in _resources(cloud, service, operation, values):
                yield action, resource, {"aws:RequestedRegion": cloud.region, **keys}
            yield from _further(cloud, operation, values)


def _resources(
    cloud: Cloud, service: str, operation: str, values: dict[str, Any]
) -> Iterator[tuple[str, dict[str, str]]]:
    arn = f"arn:aws:{service}:{cloud.region}:{cloud.account}:"
    if operation in _WITHOUT_RESOURCE:
        yield "*", {}
    elif service == "ssm":
        yield f"{arn}parameter{values['Name']}", {}
    elif service == "secretsmanager":
        yield f"{arn}secret:{values['SecretId']}-a1B2c3", {}
    elif service == "logs":
        stream = values.get("logStreamName")
        yield f"{arn}log-group:{values['logGroupName']}:{f'log-stream:{stream}' if stream else '*'}", {}
    elif operation == "RegisterTaskDefinition":
        yield f"{arn}task-definition/{values['family']}:*", {}
    elif operation == "RunTask":
        yield values["taskDefinition"], {"ecs:cluster": f"{arn}cluster/{values['cluster']}"}
    elif operation == "ListTasks":
        yield "*", {"ecs:cluster": f"{arn}cluster/{values['cluster']}"}
    elif operation == "DescribeClusters":
        yield from ((f"{arn}cluster/{name}", {}) for name in values["clusters"])
    elif operation in ("DescribeServices", "UpdateService"):
        names = values.get("services") or [values["service"]]
        yield from ((f"{arn}service/{values['cluster']}/{name}", {}) for name in names)
    elif operation in ("DescribeTasks", "StopTask"):
        tasks = values.get("tasks") or [values["task"]]
        yield from ((one if one.startswith("arn:") else f"{arn}task/{values['cluster']}/{one}", {}) for one in tasks)
    else:
        raise AssertionError(f"{service} {operation} is not known here")


def _further(cloud: Cloud, operation: str, values: dict[str, Any]) -> Iterator[Request]:
    if operation not in ("RegisterTaskDefinition", "RunTask"):
        return
    is_new = operation == "RegisterTaskDefinition"
    definition = values if is_new else cloud.definitions[values["taskDefinition"]]
    for key in ("executionRoleArn", "taskRoleArn"):
        yield "iam:PassRole", definition[key], {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    if is_new and values.get("tags"):
        family = f"arn:aws:ecs:{cloud.region}:{cloud.account}:task-definition/{values['family']}:*"
        yield "ecs:TagResource", family, {"ecs:CreateAction": operation}
