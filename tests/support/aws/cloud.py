"""What exists in the account: one cluster with its services, tasks, parameters and logs."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

__all__ = ["ACCOUNT", "STEPS", "ClientError", "Cloud", "Service", "Task"]

ACCOUNT = "123456789012"
STEPS = 2
"""How often a deployment or a task is looked at before it is over."""


class ClientError(Exception):
    """An error of the API: its code and message."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message or code


@dataclass
class Service:
    """A service of ECS; `state` is the `rolloutState` of its newest deployment.

    Attributes:
        previous: The task definition before the last update.
        failed: The task definition of the deployment that ECS gave up last.
        looks: How often it was described since the last update.
    """

    name: str
    definition: str
    previous: str = ""
    failed: str = ""
    desired: int = 1
    running: int = 1
    state: str = "COMPLETED"
    looks: int = 0
    balanced: bool = False


@dataclass
class Task:
    """A task that was started by itself; `stopped` is why it was stopped before its end."""

    arn: str
    definition: str
    command: list[str]
    looks: int = 0
    stopped: str = ""
    ended: bool = False


@dataclass
class Cloud:
    """The account.

    Attributes:
        region: The only region.
        name: The cluster; empty where none was created.
        stale: Whether the first look at a service after an update shows it as it was before.
        unhealthy: Images that ECS gives up, because their tasks do not become healthy.
        endless: Images of which a deployment or a migration does not end.
        failing: Images whose migration fails.
        exits: Exit code of a command of a one-off task and the reason that its container states, by its last word; None
            for a container that did not start.
        outputs: Output of a command of a one-off task, by its last word.
        late: How often the log is read before it contains the output of a task.
        account: The account of the login.
        refusal: The error that each call gets.
        images: Images in Amazon ECR, with their architectures; None for an image that states none.
        empty_secrets: Secrets without a value.
        answers: Results of operations, by service and operation.
        calls: Each call: service, operation, parameters.
        wrong: In what the answers differ from the models of the services.
    """

    region: str = "eu-central-1"
    name: str = "desk-dev"
    stale: bool = True
    services: dict[str, Service] = field(default_factory=dict)
    definitions: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    parameters: dict[str, list[str]] = field(default_factory=dict)
    streams: dict[str, list[str]] = field(default_factory=dict)
    unhealthy: set[str] = field(default_factory=set)
    endless: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    exits: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    outputs: dict[str, list[str]] = field(default_factory=dict)
    late: int = 0
    account: str = ACCOUNT
    refusal: ClientError | None = None
    images: dict[str, list[str] | None] = field(default_factory=dict)
    empty_secrets: set[str] = field(default_factory=set)
    answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in the region."""
        return f"arn:aws:{service}:{self.region}:{ACCOUNT}:{resource}"

    def register(self, definition: dict[str, Any]) -> str:
        """Add a revision to a family and return its ARN."""
        family = definition["family"]
        revision = 1 + max((one["revision"] for one in self.definitions.values() if one["family"] == family), default=0)
        arn = self.arn("ecs", f"task-definition/{family}:{revision}")
        self.definitions[arn] = {**definition, "taskDefinitionArn": arn, "revision": revision, "status": "ACTIVE"}
        return arn

    def definition(self, name: str) -> dict[str, Any]:
        """Return a task definition by its ARN, or the newest active revision of a family."""
        if name in self.definitions:
            return self.definitions[name]
        family, _, revision = name.partition(":")
        found = [
            one
            for one in self.definitions.values()
            if one["family"] == family and (one["revision"] == int(revision) if revision else one["status"] == "ACTIVE")
        ]
        if not found:
            raise ClientError("ClientException", "Unable to describe task definition.")
        return max(found, key=lambda one: int(one["revision"]))

    def image(self, definition: str) -> str:
        """Return the image of the application in a task definition."""
        containers = self.definition(definition)["containerDefinitions"]
        return next(str(one["image"]) for one in containers if one["name"] == "app")
