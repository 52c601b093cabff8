"""Amazon ECS: task definitions, services and tasks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.aws.cloud import STEPS, ClientError, Cloud, Service, Task

__all__ = ["ECS"]

_TIME = 1767225600.0
Request = dict[str, Any]
Result = dict[str, Any]


class ECS:
    """The operations of ECS that the scripts call."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def describe_clusters(self, request: Request) -> Result:
        return {
            "clusters": [
                {"clusterName": one, "status": "ACTIVE"} for one in request["clusters"] if one == self.cloud.name
            ],
            "failures": [{"arn": one, "reason": "MISSING"} for one in request["clusters"] if one != self.cloud.name],
        }

    def describe_task_definition(self, request: Request) -> Result:
        definition = self.cloud.definition(request["taskDefinition"])
        found = {key: value for key, value in definition.items() if key != "tags"}
        found |= {"requiresAttributes": [{"name": "ecs.capability.task-eni"}], "compatibilities": ["EC2", "FARGATE"]}
        found |= {"registeredAt": _TIME, "registeredBy": self.cloud.arn("sts", "assumed-role/deploy")}
        return {"taskDefinition": found, "tags": definition.get("tags", [])}

    def register_task_definition(self, request: Request) -> Result:
        arn = self.cloud.register(request)
        return {"taskDefinition": {key: value for key, value in self.cloud.definitions[arn].items() if key != "tags"}}

    def deregister_task_definition(self, request: Request) -> Result:
        definition = self.cloud.definition(request["taskDefinition"])
        definition["status"] = "INACTIVE"
        return {"taskDefinition": {key: value for key, value in definition.items() if key != "tags"}}

    def update_service(self, request: Request) -> Result:
        found = self._service(request["service"])
        definition = self.cloud.definition(request.get("taskDefinition", found.definition))
        if definition["status"] != "ACTIVE":
            raise ClientError("ClientException", "TaskDefinition is inactive")
        before = self._described(found)
        if found.definition != definition["taskDefinitionArn"]:
            found.previous, found.definition = found.definition, definition["taskDefinitionArn"]
            found.state, found.looks = "IN_PROGRESS", 0
        return {"service": before}

    def describe_services(self, request: Request) -> Result:
        if len(request["services"]) > 10:
            raise ClientError("InvalidParameterException", "Services cannot be more than 10.")
        found = [self.cloud.services[one] for one in request["services"] if one in self.cloud.services]
        missing = [one for one in request["services"] if one not in self.cloud.services]
        return {
            "services": [self._described(self._looked_at(one)) for one in found],
            "failures": [{"arn": one, "reason": "MISSING"} for one in missing],
        }

    def run_task(self, request: Request) -> Result:
        definition = self.cloud.definition(request["taskDefinition"])
        arn = self.cloud.arn("ecs", f"task/{self.cloud.name}/{next(self.cloud.numbers):032x}")
        chosen = [one["command"] for one in request.get("overrides", {}).get("containerOverrides", [])]
        task = Task(arn, definition["taskDefinitionArn"], chosen[0] if chosen else ["migrate"])
        self.cloud.tasks[arn] = task
        stream = f"{definition['family'].removeprefix(self.cloud.name + '-')}/app/{arn.rpartition('/')[2]}"
        said = [f"ran {' '.join(task.command)}", f"with {self.cloud.image(task.definition)}"]
        self.cloud.streams[stream] = self.cloud.outputs.get(task.command[-1], said)
        return {"tasks": [{"taskArn": arn}], "failures": []}

    def describe_tasks(self, request: Request) -> Result:
        return {"tasks": [self._task(self._known_task(one)) for one in request["tasks"]], "failures": []}

    def list_tasks(self, request: Request) -> Result:
        def family(task: Task) -> str:
            return str(self.cloud.definition(task.definition)["family"])

        running = [one for one in self.cloud.tasks.values() if not one.ended and not one.stopped]
        return {"taskArns": [one.arn for one in running if request.get("family") in (None, family(one))]}

    def execute_command(self, request: Request) -> Result:
        session = {"sessionId": "session-1", "streamUrl": "wss://session", "tokenValue": "token"}
        task = self._known_task(request["task"])
        known = {"clusterArn": self.cloud.arn("ecs", f"cluster/{self.cloud.name}"), "taskArn": task.arn}
        return {**known, "containerName": request["container"], "session": session}

    def stop_task(self, request: Request) -> Result:
        self._known_task(request["task"]).stopped = request.get("reason", "stopped")
        return {"task": {"taskArn": request["task"]}}

    def _known_task(self, name: str) -> Task:
        """Return a task by its ARN or by its ID."""
        return next(task for arn, task in self.cloud.tasks.items() if name in (arn, arn.rpartition("/")[2]))

    def _service(self, name: str) -> Service:
        if name not in self.cloud.services:
            raise ClientError("ServiceNotFoundException", "Service not found.")
        return self.cloud.services[name]

    def _looked_at(self, service: Service) -> Service:
        """Return what a look at a service shows. Each look moves its deployment on."""
        if service.state != "IN_PROGRESS":
            return service
        image = self.cloud.image(service.definition)
        service.looks += 1
        if self.cloud.stale and service.looks == 1:
            return replace(service, definition=service.previous, state="COMPLETED")
        if service.desired == 0:
            service.state = "COMPLETED"
        elif image not in self.cloud.endless and service.looks > STEPS:
            if image in self.cloud.unhealthy:
                # The circuit breaker starts the version before as a further deployment.
                service.failed, service.definition, service.looks = service.definition, service.previous, 1
            else:
                service.state, service.running, service.failed = "COMPLETED", service.desired, ""
        return service

    def _described(self, service: Service) -> Result:
        group = self.cloud.arn("elasticloadbalancing", f"targetgroup/{service.name}/1")
        deployments = [
            {"status": "PRIMARY", "taskDefinition": service.definition, "rolloutState": service.state},
            {"status": "ACTIVE", "taskDefinition": service.failed, "rolloutState": "FAILED"},
        ]
        return {
            "serviceName": service.name,
            "status": "ACTIVE",
            "taskDefinition": service.definition,
            "desiredCount": service.desired,
            "runningCount": service.running,
            "deployments": deployments if service.failed else deployments[:1],
            "loadBalancers": [{"targetGroupArn": group}] if service.balanced else [],
            "networkConfiguration": {
                "awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"]}
            },
            "events": [{"id": "1", "createdAt": _TIME, "message": f"(service {service.name}) has started 1 tasks"}],
        }

    def _task(self, task: Task) -> Result:
        image = self.cloud.image(task.definition)
        task.looks += 1
        name = task.arn
        if task.stopped:
            return _stopped(name, None, "", task.stopped)
        family = str(self.cloud.definition(task.definition)["family"])
        if family.endswith("-shell") or image in self.cloud.endless or task.looks < STEPS:
            agent = {"name": "ExecuteCommandAgent", "lastStatus": "RUNNING" if task.looks > 1 else "PENDING"}
            container = {"name": "app", "runtimeId": "runtime-1", "managedAgents": [agent]}
            return {"taskArn": name, "lastStatus": "RUNNING", "containers": [container]}
        task.ended = True
        code, reason = self.cloud.exits.get(task.command[-1], (0, ""))
        if image in self.cloud.failing:
            code = 1
        if code is None:
            return _stopped(name, None, "", reason)
        return _stopped(name, code, reason, "Essential container in task exited")


def _stopped(arn: str, code: int | None, reason: str, task_reason: str) -> Result:
    container = {
        "name": "app",
        **({} if code is None else {"exitCode": code}),
        **({"reason": reason} if reason else {}),
    }
    return {"taskArn": arn, "lastStatus": "STOPPED", "containers": [container], "stoppedReason": task_reason}
