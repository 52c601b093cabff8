"""A state that a release of version 1 made stays: version 2 moves its addresses, and destroys nothing."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.clouds.aws.profiles import profile_values
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates import known_answers
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.templates.fields import releases_of
from tests.support.exhaustive import exhaustive_except
from tests.support.terraform import local_state
from tests.support.terraform_runs import CASES, applied, planned, resources_of
from tests.support.terraform_template import copier_template, render
from tests.support.trees import build_tree

__all__ = ["copier_template"]

_TEXTS = {"alarm_description", "description"}

DISTINCT: dict[str, set[str]] = {"v1.0.0": {"container_definitions", *_TEXTS}, "v1.1.0": _TEXTS, "v1.2.1": set()}
"""Releases of version 1 with files of their own, and the arguments that later releases of version 1 changed; 1.2.0
renders the files of 1.2.1."""

SINCE: set[str] = {
    *("alarm_description", "alarms", "assume_role_policy", "auth_token_wo_version", "configuration"),
    *("enable_deletion_protection", "load_balancer", "password_wo_version", "policy", "priority", "rule", "state"),
    *("target", "task_definition", "timeouts", "treat_missing_data", "wait_for_steady_state"),
}
"""Arguments that releases of version 2 changed in place."""

REPLACED: set[str] = {"aws_ecs_task_definition"}
"""Resource types of which a change makes a new revision; earlier ones stay."""


COUNTED = {f"module.database.aws_iam_{kind}.monitoring" for kind in ("role", "role_policy_attachment")}
"""Resources that have a `count` now."""


def existing(answers: TerraformAnswers) -> TerraformAnswers:
    """Return the answers with what environments that exist keep: the values of version 1 of their profiles."""
    kept = ("container_metrics", "database_monitoring_seconds", "private_endpoints")
    environments = [
        one.model_copy(update={"profile_version": 1, **{key: profile_values(one.profile, 1)[key] for key in kept}})
        for one in answers.environments
    ]
    return answers.model_copy(update={"environments": environments})


def made_by(version: str, directory: Path, answers: TerraformAnswers) -> Path:
    """Render the answers with a release, and return the directory."""
    [template] = [one for one in releases_of("terraform").values() if one.version == version]
    [[tree]] = render_all([[RenderJob(template, known_answers(template, answers.model_dump(mode="json")).answers)]])
    return build_tree(directory, {path: blob.content for path, blob in tree.items()})


def test_every_release_of_version_1_is_covered(tmp_path: Path) -> None:
    releases = [one.version for one in releases_of("terraform").values() if one.version.startswith("v1.")]
    assert set(DISTINCT) | {"v1.2.0"} == set(releases)
    answers, _ = CASES["everything-prod"]
    one, other = (made_by(version, tmp_path / version, answers) for version in ("v1.2.0", "v1.2.1"))
    paths = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file() and path.name != ANSWERS_FILE)
    assert len(paths) > 100
    assert all((one / path).read_bytes() == (other / path).read_bytes() for path in paths)


ALWAYS = {("v1.0.0", "typical-prod"), ("v1.1.0", "bare-dev"), ("v1.2.1", "everything-prod")}
"""Combinations that run at each change."""


@pytest.mark.slow
@pytest.mark.parametrize(("version", "case"), exhaustive_except(product(DISTINCT, CASES), ALWAYS))
def test_a_state_of_version_1_is_moved_and_nothing_is_replaced_or_destroyed(
    copier: CopierFixture, tmp_path: Path, version: str, case: str
) -> None:
    answers, name = CASES[case]
    answers = existing(answers)
    old = made_by(version, tmp_path / "old", answers) / "envs" / name
    tool = local_state(old)
    planned(tool, old)
    state = resources_of(applied(tool, old))
    assert state
    # An environment that exists keeps its zones.
    environments = [one.model_copy(update={"excluded_zone_ids": []}) for one in answers.environments]
    moved = answers.model_copy(update={"upgraded_from_1x": True, "environments": environments})
    root = render(copier, tmp_path / "new", moved) / "envs" / name
    shutil.copy(old / "terraform.tfstate", root)
    plan = planned(local_state(root), root, "-refresh=false")
    managed = [one for one in plan["resource_changes"] if one["mode"] == "managed"]
    changes = [one for one in managed if one["change"]["actions"] != ["create"]]
    assert {one["previous_address"]: one["address"] for one in changes} == {
        address: f"module.stack.{address}{'[0]' if address in COUNTED else ''}" for address in state
    }
    kept = [one for one in changes if one["type"] not in REPLACED]
    assert {action for one in kept for action in one["change"]["actions"]} <= {"forget", "no-op", "update"}
    assert not {key for one in kept for key in changed(one["change"])} - DISTINCT[version] - SINCE
    assert all(one["change"]["after"] for one in changes if one["change"]["actions"] != ["forget"])


@pytest.mark.slow
@pytest.mark.parametrize("version", exhaustive_except(DISTINCT, ["v1.1.0"]))
def test_2_0_0_itself_changes_what_later_releases_of_version_1_changed_and_nothing_else(
    tmp_path: Path, version: str
) -> None:
    answers, name = CASES["everything-prod"]
    old = made_by(version, tmp_path / "old", answers) / "envs" / name
    tool = local_state(old)
    planned(tool, old)
    state = resources_of(applied(tool, old))
    root = made_by("v2.0.0", tmp_path / "new", answers.model_copy(update={"upgraded_from_1x": True})) / "envs" / name
    shutil.copy(old / "terraform.tfstate", root)
    plan = planned(local_state(root), root, "-refresh=false")
    changes = {one["address"]: one for one in plan["resource_changes"] if one["mode"] == "managed"}
    # 1.1.0 added the policy of the scheduler's queue.
    added = {"module.stack.module.app.aws_sqs_queue_policy.unscheduled"} if version == "v1.0.0" else set()
    # What names a task definition follows its new revision.
    follows = {"policy", "target", "task_definition"} if version == "v1.0.0" else set()
    assert set(changes) == added | {f"module.stack.{address}" for address in state}
    for address in set(changes) - added:
        change = changes[address]["change"]
        is_new_revision = version == "v1.0.0" and changes[address]["type"] in REPLACED
        assert is_new_revision or change["actions"] in (["no-op"], ["update"]), address
        assert is_new_revision or changed(change) <= DISTINCT[version] | follows, address
    assert version != "v1.2.1" or {tuple(one["change"]["actions"]) for one in changes.values()} == {("no-op",)}


def changed(change: dict[str, Any]) -> set[str]:
    """Return the arguments that a change of a resource updates."""
    before, after = change["before"], change["after"] or change["before"]
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}
