from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from tests.support.copiers import copier_of
from tests.support.terraform import Terraform, local_state
from tests.support.terraform_runs import actions_of, applied, planned, resources_of
from tests.support.terraform_template import EVERYTHING, copier_template, environment, render

__all__ = ["copier_template"]

pytestmark = pytest.mark.xdist_group("terraform_model_change")

_STACK = r"module\.stack\."
# What belongs to a requirement, wherever it is.
OWNED = {
    "database": r"module\.database\.|module\.network\..*database|.*metric_alarm\.database\[|.*\"migrate\"\]",
    "cache": r"module\.cache\.|module\.network\..*cache|.*metric_alarm\.cache\[",
    "queue": r"module\.queue\.|.*metric_alarm\.(waiting|dead)",
    "worker": r"module\.app\.aws_ecs_service\.worker|.*\[\"worker\"\]",
    "scheduler": r"module\.app\..*(scheduler|unscheduled)|.*metric_alarm\.unscheduled|.*\[\"scheduled\"\]",
    "storage": r"module\.storage\.",
    "mail": r"module\.mail\.",
    "secrets": r"module\.secrets\.aws_secretsmanager_secret\.external\[",
    "generated_secrets": r"module\.secrets\..*\.generated\[",
    "entry_points": r".*\[\"(admin-api|hooks|9100|9200)\"\]|module\.ingress\..*proxy",
}
# What every requirement touches: the application is told of it, and may use it.
TOUCHED = r"module\.app\.(aws_ecs_task_definition|aws_ecs_service|aws_iam_role_policy|aws_scheduler_schedule)\."
NOTHING: dict[str, Any] = {"entry_points": EVERYTHING.entry_points[:1]}


def without(answers: TerraformAnswers, requirement: str) -> TerraformAnswers:
    value = getattr(answers, requirement)
    less = NOTHING.get(requirement, False if isinstance(value, bool) else [])
    return answers.model_copy(update={requirement: less})


FULL = EVERYTHING.model_copy(
    update={"environments": [environment("dev", domain_name="dev.example.com", dns_zone="example.com")]}
)
EMPTY = FULL
for name in OWNED:
    EMPTY = without(EMPTY, name)


@pytest.fixture(scope="module")
def states(copier_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Apply an application that needs nothing and one that needs everything; return the states."""
    made = {}
    for kind, answers in {"empty": EMPTY, "full": FULL}.items():
        root = render(copier_of(copier_template), tmp_path_factory.mktemp("state") / kind, answers) / "envs" / "dev"
        tool = local_state(root)
        planned(tool, root)
        applied(tool, root)
        made[kind] = root / "terraform.tfstate"
    return made


@pytest.mark.slow
@pytest.mark.parametrize("requirement", OWNED)
def test_a_requirement_adds_what_is_its_own(
    copier: CopierFixture, states: dict[str, Path], tmp_path: Path, requirement: str
) -> None:
    more = EMPTY.model_copy(update={requirement: getattr(FULL, requirement)})
    plan = planned(*changed(copier, tmp_path, more, states["empty"]))
    added = by_action(plan, "create")
    assert added
    assert added == owned(resources_of(plan), requirement)
    assert not by_action(plan, "delete")
    assert not [address for address in by_action(plan, "update") if not re.match(_STACK + TOUCHED, address)]


@pytest.mark.slow
@pytest.mark.parametrize("requirement", OWNED)
def test_a_requirement_that_goes_takes_what_is_its_own(
    copier: CopierFixture, states: dict[str, Path], tmp_path: Path, requirement: str
) -> None:
    plan = planned(*changed(copier, tmp_path, without(FULL, requirement), states["full"]))
    before = {
        one["address"] for one in plan["resource_changes"] if one["mode"] == "managed" and one["change"]["before"]
    }
    dropped = by_action(plan, "delete")
    assert dropped
    assert dropped == owned(before, requirement)
    assert not by_action(plan, "create")
    assert not [address for address in by_action(plan, "update") if not re.match(_STACK + TOUCHED, address)]


def changed(
    copier: CopierFixture, directory: Path, answers: TerraformAnswers, state: Path
) -> tuple[Terraform, Path, str]:
    root = render(copier, directory / "made", answers) / "envs" / "dev"
    shutil.copy(state, root)
    return local_state(root), root, "-refresh=false"


def owned(addresses: Any, requirement: str) -> set[str]:
    return {address for address in addresses if re.match(f"{_STACK}({OWNED[requirement]})", address)}


def by_action(plan: dict[str, Any], action: str) -> set[str]:
    changes = (one for one in plan["resource_changes"] if one["mode"] == "managed")
    return {one["address"] for one in changes if action in actions_of(one)}
