"""What the scripts in ops/ call, and the permissions that each call requires.

Sources: Service Authorization Reference, the pages of each service; Amazon ECS Developer Guide, "Monitor Amazon ECS
containers with ECS Exec", "IAM permissions required for encryption using your own KMS key"; IAM User Guide, "Grant a
user permissions to pass a role to an AWS service".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["CALLS", "PUSH", "SHELL_CALLS", "Permission", "permissions"]


@dataclass(frozen=True)
class Permission:
    """An action on a resource, with the keys of the request that conditions can use.

    Attributes:
        action: The action.
        resource: ARN of the resource, with `{name}` and `{region}` of the environment; `*` if the action has none.
        keys: Values of condition keys.
    """

    action: str
    resource: str = "*"
    keys: Mapping[str, str] = field(default_factory=dict)


_ECS = "arn:aws:ecs:{region}:123456789012:"
_SSM = "arn:aws:ssm:{region}:123456789012:parameter/environments/{name}/"
_CLUSTER = f"{_ECS}cluster/{{name}}"
_TASK = f"{_ECS}task/{{name}}/0123456789abcdef"
_LOGS = "arn:aws:logs:{region}:123456789012:log-group:/{name}/app:"


def _definition(task: str) -> str:
    return f"{_ECS}task-definition/{{name}}-{task}:7"


_PASSED = tuple(
    Permission(
        "iam:PassRole",
        f"arn:aws:iam::123456789012:role/{{name}}-{role}",
        {"iam:PassedToService": "ecs-tasks.amazonaws.com"},
    )
    for role in ("app", "start")
)


def _register(task: str) -> tuple[Permission, ...]:
    return (
        Permission("ecs:RegisterTaskDefinition", _definition(task)),
        Permission("ecs:TagResource", _definition(task), {"ecs:CreateAction": "RegisterTaskDefinition"}),
        *_PASSED,
    )


def _run(task: str) -> tuple[Permission, ...]:
    return (Permission("ecs:RunTask", _definition(task), {"ecs:cluster": _CLUSTER}), *_PASSED)


CALLS: Mapping[str, tuple[Permission, ...]] = {
    "ecr batch-get-image": (
        Permission("ecr:BatchGetImage", "arn:aws:ecr:us-east-1:123456789012:repository/{application}"),
    ),
    "ecs deregister-task-definition": (Permission("ecs:DeregisterTaskDefinition"),),
    "ecs describe-clusters": (Permission("ecs:DescribeClusters", _CLUSTER),),
    "ecs describe-services": (Permission("ecs:DescribeServices", f"{_ECS}service/{{name}}/web"),),
    "ecs describe-task-definition": (Permission("ecs:DescribeTaskDefinition"),),
    "ecs describe-tasks": (Permission("ecs:DescribeTasks", _TASK),),
    "ecs list-tasks": (Permission("ecs:ListTasks", "*", {"ecs:cluster": _CLUSTER}),),
    "ecs register-task-definition": tuple(
        one for task in ("web", "worker", "migrate", "scheduled") for one in _register(task)
    ),
    "ecs run-task": (*_run("web"), *_run("migrate")),
    "ecs stop-task": (Permission("ecs:StopTask", _TASK),),
    "ecs update-service": tuple(
        Permission("ecs:UpdateService", f"{_ECS}service/{{name}}/{service}") for service in ("web", "worker")
    ),
    "elbv2 describe-target-health": (Permission("elasticloadbalancing:DescribeTargetHealth"),),
    "logs filter-log-events": (Permission("logs:FilterLogEvents", f"{_LOGS}*"),),
    "logs get-log-events": (Permission("logs:GetLogEvents", f"{_LOGS}log-stream:web/app/0123456789abcdef"),),
    "secretsmanager describe-secret": (
        Permission(
            "secretsmanager:DescribeSecret",
            "arn:aws:secretsmanager:{region}:123456789012:secret:{name}/CRM_TOKEN-a1B2c3",
        ),
    ),
    "ssm delete-parameter": (Permission("ssm:DeleteParameter", f"{_SSM}deployment"),),
    "ssm get-parameter": (
        Permission("ssm:GetParameter", f"{_SSM}image"),
        Permission("ssm:GetParameter", f"{_SSM}deployment"),
        Permission("ssm:GetParameter", f"{_SSM}network"),
    ),
    "ssm get-parameter-history": (Permission("ssm:GetParameterHistory", f"{_SSM}image"),),
    "ssm put-parameter": (
        Permission("ssm:PutParameter", f"{_SSM}image"),
        Permission("ssm:PutParameter", f"{_SSM}deployment"),
    ),
    "sts get-caller-identity": (),
}
"""Calls in every environment; `sts get-caller-identity` requires no permission."""

SHELL_CALLS: Mapping[str, tuple[Permission, ...]] = {
    "ecs execute-command": (
        Permission("ecs:ExecuteCommand", _CLUSTER),
        Permission("ecs:ExecuteCommand", _TASK),
        Permission(
            "kms:GenerateDataKey",
            "arn:aws:kms:{region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            {"kms:ResourceAliases": "alias/{name}"},
        ),
    ),
    "ecs register-task-definition": _register("shell"),
    "ecs run-task": _run("shell"),
    "rds describe-db-instances": (
        Permission("rds:DescribeDBInstances", "arn:aws:rds:{region}:123456789012:db:{name}"),
    ),
    "ssm start-session": (
        Permission("ssm:StartSession", _TASK),
        Permission("ssm:StartSession", "arn:aws:ssm:{region}::document/AWS-StartPortForwardingSessionToRemoteHost"),
    ),
}
"""Further calls if the environment has `shell_access`."""

PUSH: tuple[Permission, ...] = (
    Permission("ecr:GetAuthorizationToken"),
    *(
        Permission(f"ecr:{action}", "arn:aws:ecr:us-east-1:123456789012:repository/{application}")
        for action in (
            *("BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "DescribeRepositories"),
            *("InitiateLayerUpload", "PutImage", "UploadLayerPart"),
        )
    ),
)
"""What pushing the image requires."""


def permissions(
    calls: Mapping[str, tuple[Permission, ...]], application: str, name: str, region: str
) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return the permissions of calls in an environment: action, resource and condition keys."""
    values = {"application": application, "name": name, "region": region}
    return {
        (
            one.action,
            one.resource.format(**values),
            tuple(
                sorted({"aws:RequestedRegion": region, **{k: v.format(**values) for k, v in one.keys.items()}}.items())
            ),
        )
        for call in calls.values()
        for one in call
    }
