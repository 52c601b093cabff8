"""The other services: parameters, logs, secrets, the login, targets of the load balancer, images and the database."""

from __future__ import annotations

import json
from typing import Any

from tests.support.aws.cloud import ClientError, Cloud

__all__ = ["ECR", "RDS", "SSM", "STS", "Balancing", "Logs", "Secrets"]

VERSIONS = 100
"""AWS keeps this number of versions of a parameter (Systems Manager User Guide, "Working with parameter versions")."""
_TIME = 1767225600.0
Request = dict[str, Any]
Result = dict[str, Any]


class SSM:
    """Parameters, with their history."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def get_parameter(self, request: Request) -> Result:
        values = self._values(request["Name"])
        known = {"Name": request["Name"], "Type": "String", "Value": values[-1], "Version": len(values)}
        return {"Parameter": {**known, "LastModifiedDate": _TIME}}

    def get_parameter_history(self, request: Request) -> Result:
        values = self._values(request["Name"])
        first = int(request.get("NextToken", max(0, len(values) - VERSIONS)))
        page = [{"Name": request["Name"], "Value": one} for one in values[first : first + 50]]
        return {"Parameters": page, **({"NextToken": str(first + 50)} if len(values) > first + 50 else {})}

    def put_parameter(self, request: Request) -> Result:
        name = request["Name"]
        if name in self.cloud.parameters and not request.get("Overwrite"):
            raise ClientError("ParameterAlreadyExists", "The parameter already exists.")
        self.cloud.parameters.setdefault(name, []).append(request["Value"])
        return {"Version": len(self.cloud.parameters[name]), "Tier": "Standard"}

    def start_session(self, _: Request) -> Result:
        return {"SessionId": "session-1", "StreamUrl": "wss://session", "TokenValue": "token"}

    def delete_parameter(self, request: Request) -> Result:
        self._values(request["Name"])
        del self.cloud.parameters[request["Name"]]
        return {}

    def _values(self, name: str) -> list[str]:
        if name not in self.cloud.parameters:
            raise ClientError("ParameterNotFound")
        return self.cloud.parameters[name]


class Logs:
    """Log streams, ten thousand lines a page."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def get_log_events(self, request: Request) -> Result:
        if request["logStreamName"] not in self.cloud.streams:
            raise ClientError("ResourceNotFoundException", "The specified log stream does not exist.")
        token = request.get("nextToken", "f/0")
        first = int(token.removeprefix("f/"))
        if self.cloud.late > 0:
            self.cloud.late -= 1
            return {"events": [], "nextForwardToken": token}
        lines = self.cloud.streams[request["logStreamName"]][first : first + 10_000]
        return {"events": [{"message": one} for one in lines], "nextForwardToken": f"f/{first + len(lines)}"}

    def filter_log_events(self, request: Request) -> Result:
        return {
            "events": [
                {"logStreamName": stream, "message": line, "timestamp": int(_TIME * 1000)}
                for stream, lines in self.cloud.streams.items()
                if stream.startswith(request.get("logStreamNamePrefix", ""))
                for line in lines
            ]
        }


class Secrets:
    """Secrets, without their values."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def describe_secret(self, request: Request) -> Result:
        name = request["SecretId"]
        filled = name not in self.cloud.empty_secrets
        return {"Name": name, **({"VersionIdsToStages": {32 * "1": ["AWSCURRENT"]}} if filled else {})}


class ECR:
    """Images by tag or digest."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def batch_get_image(self, request: Request) -> Result:
        repository, wanted = request["repositoryName"], request["imageIds"][0]
        if not any(name.startswith(repository + ":") for name in self.cloud.images):
            raise ClientError("RepositoryNotFoundException", f"The repository with name '{repository}' does not exist")
        name = f"{repository}:{wanted.get('imageTag') or wanted['imageDigest']}"
        if name not in self.cloud.images:
            return {"images": [], "failures": [{"imageId": wanted, "failureCode": "ImageNotFound"}]}
        platforms = self.cloud.images[name]
        manifests = [{"platform": {"architecture": one, "os": "linux"}} for one in platforms or []]
        document: dict[str, Any] = {"schemaVersion": 2, "manifests": manifests}
        if platforms is None:
            document = {"schemaVersion": 2, "config": {}}
        return {"images": [{"imageManifest": json.dumps(document, indent=2)}]}


class STS:
    """The login."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def get_caller_identity(self, _: Request) -> Result:
        role = f"arn:aws:sts::{self.cloud.account}:assumed-role/deploy/me"
        return {"Account": self.cloud.account, "UserId": "AIDA", "Arn": role}


class Balancing:
    """Targets of the load balancer."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def describe_target_health(self, request: Request) -> Result:
        service = self.cloud.services[request["TargetGroupArn"].split("/")[1]]
        states = ["healthy"] * service.running + ["draining"]
        return {"TargetHealthDescriptions": [{"TargetHealth": {"State": state}} for state in states]}


class RDS:
    """The database."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def describe_db_instances(self, request: Request) -> Result:
        name = request["DBInstanceIdentifier"]
        if name != self.cloud.name:
            raise ClientError("DBInstanceNotFound", f"DBInstance {name} not found.")
        return {"DBInstances": [{"DBInstanceIdentifier": name, "Endpoint": {"Address": f"{name}.example.rds"}}]}
