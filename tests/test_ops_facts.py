"""The names that the scripts of the Terraform template use are those that Terraform creates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.aws.target import facts_of
from tests.support.terraform_runs import CASES, planned, resources_of, root_of
from tests.support.terraform_template import copier_template

__all__ = ["copier_template"]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["typical-dev", "everything-prod"])
def test_the_facts_of_an_environment_are_what_terraform_creates(
    copier: CopierFixture, tmp_path: Path, case: str
) -> None:
    answers, environment = CASES[case]
    tool, root = root_of(copier, tmp_path / "made", answers, environment)
    facts = facts_of(tmp_path / "made" / "ops" / "environments" / f"{environment}.sh")
    resources = resources_of(planned(tool, root)).values()

    def values(kind: str) -> list[dict[str, Any]]:
        return [one for type_, one in resources if type_ == kind]

    name = facts["name"]
    services = {one["name"]: bool(one["load_balancer"]) for one in values("aws_ecs_service")}
    assert [one["name"] for one in values("aws_ecs_cluster")] == [name]
    assert set(services) == set(facts["services"].split())
    assert {one for one, balanced in services.items() if balanced} == set(facts["entry_points"].split())
    families = {one["family"] for one in values("aws_ecs_task_definition")} - {f"{name}-shell"}
    assert families == {f"{name}-{one}" for one in [*facts["services"].split(), *facts["tasks"].split()]}
    assert f"/environments/{name}/image" in {one["name"] for one in values("aws_ssm_parameter")}
    assert facts["log_group"] in {one["name"] for one in values("aws_cloudwatch_log_group")}
    secrets = {one["name"] for one in values("aws_secretsmanager_secret")}
    assert {f"{name}/{one}" for one in facts["secrets"].split()} <= secrets
    assert {f"{name}/{one.name}" for one in answers.secrets} == {f"{name}/{one}" for one in facts["secrets"].split()}
    assert {one["identifier"] for one in values("aws_db_instance")} <= {name}
    (chosen,) = (one for one in answers.environments if one.name == environment)
    assert facts["region"] == chosen.region
