from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.awsapi import report
from tests.awsfacts import findings
from tests.support.exhaustive import exhaustive_except
from tests.support.terraform import initialised
from tests.support.terraform_inventory import inventory
from tests.support.terraform_runs import CASES, PLAN, Resources, applied, destroyed, planned, root_of, settled
from tests.support.terraform_template import BARE, EVERYTHING, IMAGE, TYPICAL, copier_template, environment

__all__ = ["copier_template"]

LONGEST = EVERYTHING.model_copy(
    update={
        "app_name": "a-name-of-20-letters",
        "environments": [EVERYTHING.environments[0].model_copy(update={"name": "prod-twelve1"})],
        "entry_points": [
            one.model_copy(update={"name": one.name if one.name == "web" else f"{one.name:x<20}"})
            for one in EVERYTHING.entry_points
        ],
        "schedules": [one.model_copy(update={"name": f"{one.name:x<64}"}) for one in EVERYTHING.schedules],
        "secrets": [one.model_copy(update={"name": f"{one.name:X<128}"}) for one in EVERYTHING.secrets],
    }
)


STAGING = {
    f"{shape}-staging": (answers.model_copy(update={"environments": [environment("staging")]}), "staging")
    for shape, answers in (("bare", BARE), ("typical", TYPICAL), ("everything", EVERYTHING))
}


@pytest.mark.slow
@pytest.mark.parametrize("case", exhaustive_except([*CASES, *STAGING], ("bare-dev", "typical-prod", "everything-prod")))
def test_an_environment_is_planned_applied_stable_tested_and_destroyed(
    copier: CopierFixture, tmp_path: Path, case: str, record_property: Callable[[str, object], None]
) -> None:
    tool, root = root_of(copier, tmp_path / "made", *(CASES | STAGING)[case])
    tool.succeed("validate", "-no-color", cwd=root)
    plan = planned(tool, root)
    size = inventory(plan, tmp_path / "made")["size"]
    record_property("size", size)
    resources = settled(plan, applied(tool, root))
    assert len(resources) == size["resources"]
    assert findings(resources) == []
    assert not secrets_in(resources)
    move_what_the_cloud_moves(root / "terraform.tfstate")
    again = tool.run(*PLAN, "-detailed-exitcode", cwd=root, variables={"container_image": IMAGE})
    assert again.returncode == 0, again.stdout + again.stderr
    assert "0 failed" in tool.succeed("test", "-no-color", cwd=root)
    destroyed(tool, root)
    held = report(resources)
    record_property("requests", dict(held.checked))
    assert (held.violations, held.unmapped) == ([], set())


@pytest.mark.slow
def test_the_longest_names_that_can_be_given_are_ones_that_the_cloud_takes(
    copier: CopierFixture, tmp_path: Path
) -> None:
    tool, root = root_of(copier, tmp_path / "made", LONGEST, "prod-twelve1")
    resources = settled(planned(tool, root), applied(tool, root))
    assert findings(resources) == []
    assert report(resources).violations == []


@pytest.mark.slow
def test_the_bucket_of_the_state_is_made_and_is_one_that_the_cloud_takes(copier: CopierFixture, tmp_path: Path) -> None:
    # test_terraform_deployers.py checks the roles of pipelines.
    answers = LONGEST.model_copy(update={"deployer_service": ""})
    _, root = root_of(copier, tmp_path / "made", answers, "prod-twelve1")
    bootstrap = root.parents[1] / "bootstrap"
    tool = initialised(bootstrap)
    resources = settled(planned(tool, bootstrap), applied(tool, bootstrap))
    assert findings(resources) == []
    again = tool.run(*PLAN, "-detailed-exitcode", cwd=bootstrap)
    assert again.returncode == 0, again.stdout + again.stderr
    held = report(resources)
    assert (held.violations, held.unmapped) == ([], set())


def move_what_the_cloud_moves(path: Path) -> None:
    """Make a state say what it says after autoscaling, and after a maintenance window."""
    state = json.loads(path.read_text())
    for resource in state["resources"]:
        for one in resource["instances"]:
            if resource["type"] == "aws_ecs_service" and resource["name"] == "entry":
                one["attributes"]["desired_count"] += 1
            if resource["type"] == "aws_elasticache_replication_group":
                one["attributes"]["engine_version"] = "8.9"
    path.write_text(json.dumps(state))


def secrets_in(resources: Resources) -> list[str]:
    """Return the addresses that keep a value which is only ever written."""
    return [
        address
        for address, (_, values) in resources.items()
        for key, value in values.items()
        if value and (key.endswith("_wo") or key in {"auth_token", "password", "secret_string"})
    ]
