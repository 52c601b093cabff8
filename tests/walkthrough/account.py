"""The account of AWS: what Terraform created and what was pushed is there."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from tests.support.aws.cloud import Cloud, Service
from tests.support.aws.server import Loss
from tests.walkthrough.recording import TOKEN

__all__ = ["Account"]

_DATABASE = {
    "AllocatedStorage": 20,
    "DBInstanceIdentifier": "database",
    "DBInstanceStatus": "available",
    "DBParameterGroups": [{"DBParameterGroupName": "database-1"}],
    "LatestRestorableTime": "2026-01-31T12:00:00Z",
    "MultiAZ": True,
    "Endpoint": {"Address": "database.example.com"},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0database"}],
}
_AUTHORIZATION = {"authorizationToken": base64.b64encode(f"AWS:{TOKEN}".encode()).decode(), "expiresAt": 1767225600.0}
_ANSWERS: dict[tuple[str, str], dict[str, Any]] = {
    ("ecr", "GetAuthorizationToken"): {"authorizationData": [_AUTHORIZATION]},
    ("rds", "DescribeDBSnapshots"): {"DBSnapshots": [{"Status": "available"}]},
    ("rds", "DescribeDBInstances"): {"DBInstances": [_DATABASE]},
    ("secretsmanager", "GetSecretValue"): {"SecretString": "rediss://:a-token@cache.example.com:6379"},
    ("sqs", "GetQueueAttributes"): {"Attributes": {"QueueArn": "arn:aws:sqs:us-east-1:123456789012:dead"}},
    ("sqs", "GetQueueUrl"): {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/dead"},
}


class Account:
    """Keeps an account in agreement with the record of the calls.

    Attributes:
        cloud: What exists in the account.
    """

    def __init__(self, record: Path) -> None:
        self.cloud = Cloud(region="us-east-1", name="", answers=dict(_ANSWERS))
        self._record = record

    def before_call(self, number: int) -> Loss:
        """Add a call of the API to the record, and create what was made since the call before."""
        lines = self._record.read_text().splitlines() if self._record.exists() else []
        known = [one for one in map(json.loads, lines) if "found" in one]
        for one in known:
            if "pushed" in one["found"]:
                self.cloud.images[one["found"]["pushed"].partition("/")[2]] = None
            for repository in one["found"].get("resources", {}).get("repositories", []):
                self.cloud.answers["ecr", "DescribeRepositories"] = {"repositories": [{"repositoryUri": repository}]}
        made = [one["found"]["resources"] for one in known if one["found"].get("resources", {}).get("cluster")]
        if made:
            self._create(made[-1])
        with self._record.open("a") as file:
            file.write(json.dumps({"tool": "aws", "number": number}) + "\n")
        return ""

    def _create(self, made: dict[str, Any]) -> None:
        self.cloud.name = made["cluster"]
        for name, value in made["parameters"].items():
            self.cloud.parameters.setdefault(name, [value])
        families = {one["family"] for one in self.cloud.definitions.values()}
        for family, containers in made["tasks"].items():
            if family not in families:
                self.cloud.register({"family": family, "containerDefinitions": json.loads(containers)})
        for name in set(self.cloud.services) - set(made["services"]):
            del self.cloud.services[name]
        for name, balanced in made["services"].items():
            definition = self.cloud.definition(f"{self.cloud.name}-{name}")["taskDefinitionArn"]
            self.cloud.services.setdefault(name, Service(name, definition, balanced=balanced))
