"""A deployment by ops/ changes resources outside of Terraform, and the next plan changes nothing.

ops/deploy registers a revision of each task definition, points the services at them and writes the image to the
parameter. A deployment that is taken back deregisters its revisions, so that the newest ones are those before it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.copiers import copier_of
from tests.support.terraform import Terraform, local_state
from tests.support.terraform_runs import APPLY, PLAN, applied, planned, root_of
from tests.support.terraform_template import IMAGE, TEMPLATE, render
from tests.test_terraform_deployment import ANSWERS
from tests.test_terraform_moved import changed, made_by
from tests.tfstub.cloud import CLOUD

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_deployed_by_ops")]

NEXT = "registry.example.com/desk/app:1.5.0"
PARAMETER = "/environments/bare-dev/image"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Terraform, Path]]:
    folder = tmp_path_factory.mktemp("ops")
    (folder / "cloud").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CLOUD, str(folder / "cloud"))
        tool, root = root_of(copier_of(TEMPLATE), folder / "made", ANSWERS, "dev")
        planned(tool, root)
        tool.succeed(*APPLY, "plan", cwd=root)
        yield tool, root


def instances(root: Path, kind: str) -> list[dict[str, Any]]:
    state = json.loads((root / "terraform.tfstate").read_text())
    found = [one for one in state["resources"] if one["type"] == kind and one["mode"] == "managed"]
    return [one["attributes"] for resource in found for one in resource["instances"]]


def revisions(root: Path, image: str, later: int) -> dict[str, dict[str, Any]]:
    """Return revisions of all task definitions with an image, as the provider reads them."""
    made = {}
    for one in instances(root, "aws_ecs_task_definition"):
        family, _, number = one["arn"].rpartition(":")
        made[one["family"]] = {
            "arn": f"{family}:{int(number) + later}",
            "revision": one["revision"] + later,
            "container_definitions": one["container_definitions"].replace(IMAGE, image),
        }
    return made


def leave(
    root: Path, definitions: dict[str, dict[str, Any]], *, recorded: str, running: Collection[str] = ("web", "worker")
) -> None:
    """Leave what a run of ops/ leaves in the cloud."""
    changed = {
        "aws_ecs_task_definition": definitions,
        "aws_ecs_service": {name: {"task_definition": definitions[f"bare-dev-{name}"]["arn"]} for name in running},
        "aws_ssm_parameter": {PARAMETER: {"insecure_value": recorded, "value": recorded, "version": 2}},
    }
    (root.parents[2] / "cloud" / "changed.json").write_text(json.dumps(changed))


def exit_code(tool: Terraform, root: Path, first_image: str = IMAGE) -> int:
    """Plan, and return 0 if nothing changes and 2 if something does."""
    done = tool.run(*PLAN, "-detailed-exitcode", cwd=root, variables={"container_image": first_image})
    assert done.returncode in (0, 2), done.stdout + done.stderr
    return done.returncode


def test_a_plan_after_a_deployment_changes_nothing(environment: tuple[Terraform, Path]) -> None:
    tool, root = environment
    definitions = revisions(root, NEXT, 1)
    assert {"bare-dev-migrate", "bare-dev-scheduled", "bare-dev-web", "bare-dev-worker"} == set(definitions)
    leave(root, definitions, recorded=NEXT)
    assert exit_code(tool, root) == 0
    assert exit_code(tool, root, first_image="") == 0


def test_a_plan_after_a_deployment_that_was_taken_back_changes_nothing(environment: tuple[Terraform, Path]) -> None:
    tool, root = environment
    leave(root, revisions(root, IMAGE, 0), recorded=IMAGE)
    assert exit_code(tool, root) == 0


def test_a_plan_after_a_rollback_which_registers_revisions_too_changes_nothing(
    environment: tuple[Terraform, Path],
) -> None:
    tool, root = environment
    leave(root, revisions(root, IMAGE, 2), recorded=IMAGE)
    assert exit_code(tool, root) == 0


def test_what_a_killed_deployment_leaves_is_put_right_by_the_next_apply(environment: tuple[Terraform, Path]) -> None:
    tool, root = environment
    leave(root, revisions(root, NEXT, 1), recorded=IMAGE, running=["web"])
    changes = {
        one["address"].rpartition(".module.app.")[2]: one["change"]["actions"]
        for one in planned(tool, root)["resource_changes"]
        if one["mode"] == "managed" and one["change"]["actions"] != ["no-op"]
    }
    definitions = {address for address in changes if address.startswith("aws_ecs_task_definition.")}
    assert {tuple(changes[address]) for address in definitions} == {("delete", "create")}
    assert {'aws_ecs_service.entry["web"]', "aws_ecs_service.worker"} <= set(changes)
    assert all("delete" not in changes[address] for address in set(changes) - definitions)


def test_a_revision_that_was_not_the_newest_would_be_deployed_again(environment: tuple[Terraform, Path]) -> None:
    tool, root = environment
    old = revisions(root, IMAGE, 0)
    leave(root, {**revisions(root, NEXT, 1), "bare-dev-migrate": old["bare-dev-migrate"]}, recorded=NEXT)
    assert exit_code(tool, root) == 2


def test_the_update_from_2_1_0_changes_in_place_what_follows_the_newest_revision(tmp_path: Path) -> None:
    old = made_by("v2.1.0", tmp_path / "old", ANSWERS) / "envs/dev"
    tool = local_state(old)
    planned(tool, old)
    applied(tool, old)
    root = render(copier_of(TEMPLATE), tmp_path / "new", ANSWERS) / "envs/dev"
    shutil.copy(old / "terraform.tfstate", root)
    plan = planned(local_state(root), root, "-refresh=false")
    changes = [one for one in plan["resource_changes"] if one["mode"] == "managed"]
    created = [one for one in changes if one["change"]["actions"] == ["create"]]
    assert [one["change"]["after"]["name"] for one in created] == [f"/environments/{ANSWERS.app_name}-dev/network"]
    kept = [one for one in changes if one not in created]
    assert {tuple(one["change"]["actions"]) for one in kept} == {("no-op",), ("update",)}
    assert {(one["type"], key) for one in kept for key in changed(one["change"])} == {
        ("aws_cloudwatch_metric_alarm", "alarm_description"),
        ("aws_ecs_task_definition", "track_latest"),
        ("aws_iam_role_policy", "policy"),
        ("aws_scheduler_schedule", "target"),
    }
