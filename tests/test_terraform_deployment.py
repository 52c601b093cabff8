"""Deployments: the order of the first one, the image that runs, and those that fail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import Schedule
from tests.support.terraform import Terraform
from tests.support.terraform_runs import APPLY, PLAN, planned, root_of
from tests.support.terraform_template import BARE, IMAGE, copier_template
from tests.tfstub.provider import ROLLED_BACK

__all__ = ["copier_template"]

pytestmark = pytest.mark.slow

ANSWERS = BARE.model_copy(
    update={
        "database": True,
        "worker": True,
        "scheduler": True,
        "scheduler_command": ["python", "-m", "scheduler"],
        "schedules": [Schedule(name="hourly", expression="rate(1 hour)")],
    }
)
WITH_WARNINGS = tuple(option for option in PLAN if option != "-compact-warnings")
NEXT = "registry.example.com/desk/app:1.5.0"
Changes = dict[str, dict[str, Any]]


@pytest.fixture
def environment(copier: CopierFixture, tmp_path: Path) -> tuple[Terraform, Path]:
    return root_of(copier, tmp_path / "made", ANSWERS, "dev")


def changes(tool: Terraform, root: Path, *options: str, **variables: str) -> Changes:
    """Plan, and return the resources that change, by address without the modules."""
    plan = planned(tool, root, *options, **variables)
    return {
        re.sub(r"^(module[.]\w+[.])+", "", one["address"]): one["change"]
        for one in plan["resource_changes"]
        if one["mode"] == "managed" and one["change"]["actions"] != ["no-op"]
    }


def apply(tool: Terraform, root: Path) -> None:
    tool.succeed(*APPLY, "plan", cwd=root)


def rewritten(root: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what the state says of each resource, as if somebody else had changed the resource."""
    path = root / "terraform.tfstate"
    state = json.loads(path.read_text())
    for resource in state["resources"]:
        for one in resource["instances"]:
            change({"type": resource["type"], **one})
    path.write_text(json.dumps(state))


def deploy(root: Path, image: str) -> None:
    """Write the image to the parameter."""

    def write(one: dict[str, Any]) -> None:
        if one["type"] == "aws_ssm_parameter":
            one["attributes"]["insecure_value"] = image

    rewritten(root, write)


def images(root: Path) -> set[str]:
    state = json.loads((root / "terraform.tfstate").read_text())
    return {
        container["image"]
        for resource in state["resources"]
        if resource["type"] == "aws_ecs_task_definition"
        for one in resource["instances"]
        for container in json.loads(one["attributes"]["container_definitions"])
        if container["name"] in ("app", "prepare")
    }


def test_nothing_starts_before_its_secrets_are_set_and_its_database_is_migrated(
    environment: tuple[Terraform, Path],
) -> None:
    tool, root = environment
    first = changes(tool, root, "-var=start_services=false")
    assert 'aws_ecs_task_definition.this["migrate"]' in first
    assert "aws_db_instance.this" in first
    assert not [address for address in first if address.startswith(("aws_ecs_service.entry", "aws_appautoscaling"))]
    assert first["aws_ecs_service.worker"]["after"]["desired_count"] == 0
    assert first['aws_scheduler_schedule.this["hourly"]']["after"]["state"] == "DISABLED"
    alarms = [one["after"] for address, one in first.items() if address.startswith("aws_cloudwatch_metric_alarm")]
    assert alarms
    ringing = {one["metric_name"] for one in alarms if one["treat_missing_data"] == "breaching"}
    assert ringing == {"CPUUtilization"}  # of the database alone, which runs
    assert not [one for one in alarms if one["namespace"] == "AWS/ECS" and one["treat_missing_data"] == "breaching"]
    apply(tool, root)
    then = changes(tool, root)
    assert then['aws_ecs_service.entry["web"]']["actions"] == ["create"]
    assert then['aws_ecs_service.entry["web"]']["after"]["desired_count"] == 1
    assert then["aws_ecs_service.worker"]["after"]["desired_count"] == 1
    assert then['aws_scheduler_schedule.this["hourly"]']["after"]["state"] == "ENABLED"
    assert {'aws_cloudwatch_metric_alarm.healthy["web"]', 'aws_cloudwatch_metric_alarm.running["worker"]'} <= set(then)
    assert not [address for address, one in then.items() if "delete" in one["actions"]]
    apply(tool, root)
    assert changes(tool, root) == {}


def test_the_parameter_decides_which_image_runs_and_an_apply_never_changes_it(
    environment: tuple[Terraform, Path],
) -> None:
    tool, root = environment
    changes(tool, root)
    apply(tool, root)
    assert images(root) == {IMAGE}
    done = tool.run(*WITH_WARNINGS, "-detailed-exitcode", cwd=root, variables={"container_image": NEXT})
    assert done.returncode == 0, done.stdout
    assert f"{IMAGE} stays in use" in re.sub(r"[\s│]+", " ", done.stdout + done.stderr)
    deploy(root, NEXT)
    then = changes(tool, root, container_image="")
    replaced = {address for address, one in then.items() if one["actions"] == ["delete", "create"]}
    assert replaced == {f'aws_ecs_task_definition.this["{name}"]' for name in ("migrate", "scheduled", "web", "worker")}
    assert all(then[address]["after"]["skip_destroy"] for address in replaced)
    updated = {address for address, one in then.items() if one["actions"] == ["update"]}
    assert {'aws_ecs_service.entry["web"]', "aws_ecs_service.worker"} <= updated
    assert set(then) == replaced | updated
    apply(tool, root)
    assert images(root) == {NEXT}
    for image in ("", IMAGE, NEXT):
        done = tool.run(*WITH_WARNINGS, "-detailed-exitcode", cwd=root, variables={"container_image": image})
        assert done.returncode == 0, done.stdout
        assert "stays in use" not in done.stdout + done.stderr


def test_a_deployment_that_is_rolled_back_fails_the_apply_and_the_next_one_deploys_again(
    environment: tuple[Terraform, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, root = environment
    changes(tool, root)
    apply(tool, root)
    deploy(root, NEXT)
    changes(tool, root)
    monkeypatch.setenv(ROLLED_BACK, "web worker")
    done = tool.run(*APPLY, "plan", cwd=root)
    assert done.returncode == 1
    said = re.sub(r"[\s│]+", " ", done.stderr)
    for service in ("web", "worker"):
        assert f"The deployment of {service} failed, and ECS rolled it back" in said
    monkeypatch.delenv(ROLLED_BACK)
    then = changes(tool, root)
    assert {address: one["actions"] for address, one in then.items()} == {
        'aws_ecs_service.entry["web"]': ["update"],
        "aws_ecs_service.worker": ["update"],
    }
    apply(tool, root)
    assert changes(tool, root) == {}


def test_services_wait_and_roll_back_by_the_circuit_breaker_or_by_an_alarm(environment: tuple[Terraform, Path]) -> None:
    made = changes(*environment)
    web, worker = made['aws_ecs_service.entry["web"]']["after"], made["aws_ecs_service.worker"]["after"]
    for service in (web, worker):
        assert service["wait_for_steady_state"]
        assert service["deployment_circuit_breaker"] == [{"enable": True, "rollback": True}]
    assert web["alarms"] == [{"alarm_names": ["bare-dev-web-deployment"], "enable": True, "rollback": True}]
    alarm = made['aws_cloudwatch_metric_alarm.deployment["web"]']["after"]
    assert (alarm["alarm_name"], alarm["metric_name"]) == ("bare-dev-web-deployment", "HTTPCode_Target_5XX_Count")


def test_an_image_without_a_version_in_the_parameter_is_refused(environment: tuple[Terraform, Path]) -> None:
    tool, root = environment
    changes(tool, root)
    apply(tool, root)
    for image in ("desk:1.5.0", "registry.example.com/desk/app"):
        deploy(root, image)
        done = tool.run(*PLAN, cwd=root)
        assert done.returncode == 1
        assert f"/environments/bare-dev/image contains {image}." in re.sub(r"[\s│]+", " ", done.stderr)


def test_a_private_image_is_refused_until_its_credentials_have_a_secret(environment: tuple[Terraform, Path]) -> None:
    tool, root = environment
    image = "ghcr.io/acme/desk:1.4.2"
    done = tool.run(*PLAN, cwd=root, variables={"container_image": image})
    assert done.returncode == 1
    assert "Set container_registry_access to credentials" in re.sub(r"[\s│]+", " ", done.stderr)
    made = changes(tool, root, "-var=container_registry_access=credentials", container_image=image)
    assert made['aws_secretsmanager_secret.external["container-registry"]']["after"]["name"] == (
        "bare-dev/container-registry"
    )
    assert not [address for address in made if "secret_version" in address and "container-registry" in address]
    apply(tool, root)
    state = json.loads((root / "terraform.tfstate").read_text())
    (secret,) = (
        one["attributes"]["arn"]
        for resource in state["resources"]
        if resource["type"] == "aws_secretsmanager_secret"
        for one in resource["instances"]
        if one.get("index_key") == "container-registry"
    )
    definitions = [
        json.loads(one["attributes"]["container_definitions"])
        for resource in state["resources"]
        if resource["type"] == "aws_ecs_task_definition"
        for one in resource["instances"]
    ]
    for definition in definitions:
        containers = {one["name"]: one for one in definition}
        for name in ("app", "prepare"):
            assert containers[name]["repositoryCredentials"] == {"credentialsParameter": secret}
        assert "container-registry" not in [one["name"] for one in containers["app"]["secrets"]]
    (policy,) = (
        one["attributes"]["policy"]
        for resource in state["resources"]
        if resource["type"] == "aws_iam_role_policy" and resource["name"] == "start" and "app" in resource["module"]
        for one in resource["instances"]
    )
    assert secret in policy
    assert "ecr:" not in policy
    listed = json.loads(tool.succeed("output", "-json", cwd=root))["secrets_to_fill"]["value"]
    assert listed == ["bare-dev/container-registry"]
