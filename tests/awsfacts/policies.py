"""What the policies of a state allow.

Sources: the service authorization reference (actions, and which of them take no resource), the reference of the
elements of IAM's policies, and IAM's quotas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["problems", "statements"]

_POLICIES: Final[Mapping[str, tuple[str, int]]] = {
    "aws_iam_role": ("assume_role_policy", 2048),
    "aws_iam_role_policy": ("policy", 10240),
    "aws_kms_key": ("policy", 32768),
    "aws_s3_bucket_policy": ("policy", 20480),
    "aws_sns_topic_policy": ("policy", 30720),
    "aws_sqs_queue_policy": ("policy", 65536),
}
"""Where a policy is, and how many characters it may have without its spaces."""

ACTIONS: Final[Mapping[str, set[str]]] = {
    "cloudwatch": {"PutMetricData"},
    "ecr": {"BatchCheckLayerAvailability", "BatchGetImage", "GetAuthorizationToken", "GetDownloadUrlForLayer"},
    "ecs": {"RunTask", "StopTask", "TagResource"},
    "iam": {"PassRole"},
    "kms": {"CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKey*", "ReEncrypt*"},
    "logs": {"CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents"},
    "s3": {"AbortMultipartUpload", "DeleteObject", "GetBucketLocation", "GetObject", "ListBucket", "PutObject"},
    "secretsmanager": {"DescribeSecret", "GetSecretValue"},
    "ses": {"SendEmail", "SendRawEmail"},
    "sns": {"Publish"},
    "sqs": {
        *("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "GetQueueUrl", "ReceiveMessage"),
        *("SendMessage",),
    },
    "ssmmessages": {"CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"},
    "sts": {"AssumeRole"},
}
"""Actions by their service that a policy here may allow; a new one is looked up and added."""

_WITHOUT_RESOURCE: Final = {
    *("ecr:GetAuthorizationToken", "logs:DescribeLogGroups"),
    *(f"ssmmessages:{name}" for name in ACTIONS["ssmmessages"]),
}
_SERVICES: Final = {
    *("cloudwatch", "delivery.logs", "ecs-tasks", "logdelivery.elasticloadbalancing", "logging.s3"),
    *("monitoring.rds", "scheduler", "vpc-flow-logs"),
}


def problems(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the policy of a resource."""
    if kind not in _POLICIES:
        return
    key, longest = _POLICIES[kind]
    text = values[key]
    length = len(re.sub(r"\s", "", text))
    if length > longest:
        yield f"the policy has {length} characters; at most {longest}"
    for statement in statements(text):
        if statement["Effect"] == "Allow":
            yield from _allowed(kind, statement)


def statements(text: str) -> list[dict[str, Any]]:
    """Return the statements of a policy, whose actions, resources and principals are lists."""
    policy = json.loads(text)
    return [
        {
            **one,
            "Action": _list(one.get("Action")),
            "Resource": _list(one.get("Resource")),
            "Principal": {key: _list(value) for key, value in _principals(one).items()},
        }
        for one in _list(policy["Statement"])
    ]


def _allowed(kind: str, statement: Mapping[str, Any]) -> Iterator[str]:
    administers_its_key = kind == "aws_kms_key" and _is_the_account(statement["Principal"])
    for action in statement["Action"]:
        service, _, name = action.partition(":")
        if name not in ACTIONS.get(service, ()) and not administers_its_key:
            yield f"it allows {action}, which is none of the actions that are known here"
    if kind == "aws_iam_role_policy":
        for resource in statement["Resource"]:
            if resource == "*" and not set(statement["Action"]) <= _WITHOUT_RESOURCE:
                yield f"it allows {', '.join(statement['Action'])} on everything"
    for who, names in statement["Principal"].items():
        for name in names:
            if "*" in name or (who == "Service" and not _is_known(name)):
                yield f"it allows {who} {name}"


def _is_the_account(principals: Mapping[str, list[str]]) -> bool:
    return set(principals) == {"AWS"} and all(name.endswith(":root") for name in principals["AWS"])


def _is_known(service: str) -> bool:
    name = service.removesuffix(".amazonaws.com")
    return name in _SERVICES or bool(re.fullmatch(r"logs\.[a-z0-9-]+", name))


def _principals(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    principal = statement.get("Principal", {})
    return principal if isinstance(principal, dict) else {"AWS": principal}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
