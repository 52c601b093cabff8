"""`shell_access`: the task for people, which exists only where it is on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.terraform_runs import applied, planned, resources_of, root_of
from tests.support.terraform_template import BARE, copier_template, environment

__all__ = ["copier_template"]

pytestmark = pytest.mark.slow


def test_the_task_for_people_is_the_application_with_sessions_and_without_it_nothing_has_their_permissions(
    copier: CopierFixture, tmp_path: Path
) -> None:
    answers = BARE.model_copy(update={"environments": [environment("dev", shell_access=True)]})
    tool, root = root_of(copier, tmp_path / "made", answers, "dev")
    planned(tool, root)
    state = resources_of(applied(tool, root))
    resources = {address.rpartition("module.app.")[2]: values for address, (_, values) in state.items()}
    shell, web = (resources[f'aws_ecs_task_definition.this["{name}"]'] for name in ("shell", "web"))
    assert shell["family"] == "bare-dev-shell"
    assert (shell["task_role_arn"], shell["execution_role_arn"]) == (web["task_role_arn"], web["execution_role_arn"])
    assert (shell["skip_destroy"], shell["track_latest"]) == (False, True)
    container, served = app_of(shell), app_of(web)
    assert container["command"] == ["sleep", "3600"]
    assert not container["readonlyRootFilesystem"]
    assert container["linuxParameters"]["initProcessEnabled"]
    assert (container["image"], container["secrets"]) == (served["image"], served["secrets"])
    known = {one["name"]: one["value"] for one in served["environment"]}
    assert all(known[one["name"]] == one["value"] for one in container["environment"])
    [sessions] = resources["aws_ecs_cluster.this"]["configuration"][0]["execute_command_configuration"]
    assert sessions["logging"] == "OVERRIDE"
    assert sessions["kms_key_id"].startswith("arn:aws:kms:")
    assert sessions["log_configuration"][0]["cloud_watch_log_group_name"] == "/bare-dev/app"
    policies = [json.dumps(values) for kind, values in state.values() if kind == "aws_iam_role_policy"]
    assert len([one for one in policies if "ssmmessages:OpenDataChannel" in one]) == 1
    off = planned(tool, root, "-var=shell_access=false")
    changes = {
        one["address"].rpartition("module.app.")[2]: one["change"]["actions"]
        for one in off["resource_changes"]
        if one["mode"] == "managed" and one["change"]["actions"] != ["no-op"]
    }
    assert changes == {
        'aws_ecs_task_definition.this["shell"]': ["delete"],
        "aws_iam_role_policy.shell[0]": ["delete"],
        "aws_ecs_cluster.this": ["update"],
    }
    assert "ssmmessages" not in json.dumps(off["planned_values"])


def app_of(definition: dict[str, Any]) -> dict[str, Any]:
    [app] = [one for one in json.loads(definition["container_definitions"]) if one["name"] == "app"]
    return dict(app)
