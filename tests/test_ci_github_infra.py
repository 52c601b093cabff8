"""Plans, applies and drift by the workflows of GitHub, executed by act with a stand-in for Terraform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.ci_actions import Repository, Run, repository
from tests.support.ci_github import rendered

pytestmark = pytest.mark.slow

TERRAFORM = """\
folder=${1#-chdir=}
environment=$(basename "$folder")
case $2 in
    plan)
        for word; do case $word in -out=*) cp "$STATE/$environment.json" "${word#-out=}" ;; esac; done
        echo "secret-of-the-plan" ;;
    show) cat "$4" ;;
    apply) echo "applied $environment" >>"$STATE/calls"; echo "Apply complete!" ;;
esac
"""
PULL = {"number": 7, "head": {"repo": {"full_name": "acme/desk"}}, "user": {"login": "ann"}}
VARIABLES = {
    "AWS_REGION": "eu-central-1",
    "AWS_APPLY_ROLE": "arn:aws:iam::123456789012:role/apply",
    **{
        f"AWS_PLAN_ROLE_{name}": f"arn:aws:iam::123456789012:role/plan-{name}"
        for name in ("DEV", "STAGING", "PRODUCTION")
    },
}
ASKED = {"protection_rules": [{"type": "required_reviewers"}]}
ENVIRONMENTS = ("development", "staging", "production")


def change(address: str, *actions: str, **after: Any) -> dict[str, Any]:
    """Return a change of a resource in a plan."""
    kind = address.split(".")[-2]
    hidden = {"password": True}
    changed = {"actions": list(actions), "after": after, "after_sensitive": hidden, "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": kind, "change": changed}


def plan(made: Repository, *changes: dict[str, Any]) -> None:
    """Let Terraform plan these changes in every environment."""
    for name in ENVIRONMENTS:
        (made.state / f"{name}.json").write_text(json.dumps({"resource_changes": list(changes)}))


BUCKET = change("aws_s3_bucket.files", "delete")
QUEUE = change("aws_sqs_queue.work", "create", name="work", password="hidden-password")
TASKS = change("aws_ecs_service.web", "update", desired_count=2)


@pytest.fixture
def cloud(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = repository(rendered("cloud", tmp_path_factory.getbasetemp()), tmp_path)
    made.program("terraform", TERRAFORM)
    for name in ENVIRONMENTS:
        (made.folder / "infra" / "terraform" / "envs" / name).mkdir(parents=True, exist_ok=True)
        (made.folder / "infra" / "terraform" / "envs" / name / "main.tf").touch()
    made.commit()
    made.set_api(environments={"production": ASKED}, pulls=[{"number": 7, "merged_at": "2026-11-28"}])
    plan(made, TASKS, BUCKET, QUEUE)
    return made


def proposed(made: Repository, **pull: Any) -> Run:
    return made.run("infra", "pull_request", payload={"pull_request": {**PULL, **pull}}, variables=VARIABLES)


def merged(made: Repository, **variables: str) -> Run:
    return made.run("infra", variables={**VARIABLES, **variables})


def applied(run: Run) -> list[str]:
    return [call.split()[1] for call in run.called("applied")]


def test_a_pull_request_gets_one_comment_for_each_environment_with_destroyed_data_first(cloud: Repository) -> None:
    run = proposed(cloud)
    assert run.code == 0, run.log
    assert "terraform fmt -check -diff -recursive infra/terraform" in run.calls
    comments = cloud.api()["comments"]["7"]
    assert sorted(one["body"].splitlines()[0] for one in comments) == [
        f"### desk: plan of {name}" for name in ("dev", "production", "staging")
    ]
    body = comments[0]["body"]
    assert "1 to create, 1 to change, 0 to replace, 1 to destroy" in body
    assert body.index("**Data is destroyed:**\n\n- **destroy** `aws_s3_bucket.files`") < body.index(
        "aws_ecs_service.web"
    )
    assert "hidden-password" not in body + run.log
    assert "secret-of-the-plan" not in body + run.log
    plan(cloud, TASKS)
    assert proposed(cloud).code == 0
    again = cloud.api()["comments"]["7"]
    assert len(again) == 3
    assert "aws_s3_bucket" not in "".join(one["body"] for one in again)


@pytest.mark.parametrize(
    "pull", [{"head": {"repo": {"full_name": "mallory/desk"}}}, {"user": {"login": "dependabot[bot]"}}]
)
def test_pull_requests_of_strangers_and_bots_are_checked_and_not_planned(
    cloud: Repository, pull: dict[str, Any]
) -> None:
    run = proposed(cloud, **pull)
    assert run.code == 0, run.log
    assert run.called("assume") == []
    assert any(call.startswith("terraform fmt") for call in run.calls)
    assert not any(" plan " in call for call in run.called("terraform"))


def test_the_reviewed_plan_is_applied_after_the_merge(cloud: Repository) -> None:
    proposed(cloud)
    run = merged(cloud)
    assert run.code == 0, run.log
    assert applied(run) == list(ENVIRONMENTS)
    assert set(run.called("assume")) == {"assume arn:aws:iam::123456789012:role/apply"}


def test_a_plan_that_differs_from_the_reviewed_one_is_refused_and_can_be_applied_by_hand(cloud: Repository) -> None:
    proposed(cloud)
    plan(cloud, change("aws_ecs_service.web", "update", desired_count=3))
    run = merged(cloud)
    assert run.code != 0
    assert applied(run) == []
    assert "error: the plan of dev is not the reviewed one" in run.log
    command = next(line for line in run.log.splitlines() if "-f plan=" in line)
    fingerprint = command.rpartition("plan=")[2].strip()
    by_hand = cloud.run(
        "infra",
        "workflow_dispatch",
        payload={"inputs": {"environment": "dev", "plan": fingerprint}},
        variables=VARIABLES,
    )
    assert by_hand.code == 0, by_hand.log
    assert applied(by_hand) == ["development"]


def test_nothing_is_applied_where_nobody_reviewed_a_plan(cloud: Repository) -> None:
    run = merged(cloud)
    assert run.code != 0
    assert applied(run) == []
    assert "none was reviewed" in run.log


def test_a_plan_without_changes_needs_no_review(cloud: Repository) -> None:
    plan(cloud)
    run = merged(cloud)
    assert run.code == 0, run.log
    assert applied(run) == []


def test_an_environment_without_reviewers_is_not_applied_by_a_push(cloud: Repository) -> None:
    proposed(cloud)
    cloud.set_api(environments={})
    run = merged(cloud)
    assert run.code == 0, run.log
    assert applied(run) == ["development", "staging"]


def test_without_the_role_that_applies_nothing_is_applied(cloud: Repository) -> None:
    proposed(cloud)
    run = merged(cloud, AWS_APPLY_ROLE="")
    assert run.code == 0, run.log
    assert applied(run) == []
    assert "AWS_APPLY_ROLE of dev is not set" in run.log


def test_a_failed_check_stops_plans(cloud: Repository) -> None:
    cloud.program("terraform", '[ "$1" != fmt ]\n')
    run = proposed(cloud)
    assert run.code != 0
    assert run.called("assume", "gh") == []


def test_drift_opens_one_issue_and_closes_it_when_it_is_gone(cloud: Repository) -> None:
    assert cloud.run("drift", "schedule", variables=VARIABLES).code == 0
    assert cloud.run("drift", "schedule", variables=VARIABLES).code == 0
    issues = cloud.api()["issues"]
    assert sorted(one["title"] for one in issues) == [
        f"desk: {name} differs from its files" for name in ("dev", "production", "staging")
    ]
    assert "aws_s3_bucket.files" in issues[0]["body"]
    plan(cloud)
    assert cloud.run("drift", "schedule", variables=VARIABLES).code == 0
    assert {one["state"] for one in cloud.api()["issues"]} == {"closed"}
