"""Deployments by the workflows of GitHub, executed by act: what runs, in which order, and what a failure stops."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.ci_actions import Repository, Run, repository
from tests.support.ci_github import rendered

pytestmark = pytest.mark.slow

SECRETS = {"SSH_PRIVATE_KEY": "key-of-the-machine"}
VARIABLES = {"SSH_KNOWN_HOSTS": "203.0.113.10 ssh-ed25519 AAAA"}
ASKED = {"protection_rules": [{"type": "required_reviewers"}, {"type": "branch_policy"}]}
IMAGE = f"ghcr.io/acme/desk@sha256:{'7' * 64}"


@pytest.fixture
def typical(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = repository(rendered("typical", tmp_path_factory.getbasetemp()), tmp_path)
    made.set_api(environments={"production": ASKED})
    return made


def pushed(made: Repository) -> Run:
    return made.run("build-deploy", variables=VARIABLES, secrets=SECRETS)


def fail(made: Repository, script: str, environment: str, code: int) -> None:
    (made.state / f"{script}-{environment}-fails").write_text(str(code))


def test_a_push_deploys_the_built_digest_to_one_environment_after_the_other(typical: Repository) -> None:
    run = pushed(typical)
    assert run.code == 0, run.log
    image = run.called("scan")[0].split()[1]
    assert re.fullmatch(r"ghcr\.io/acme/desk@sha256:[0-9a-f]{64}", image)
    assert run.called("deploy", "status") == [
        f"deploy staging {image}",
        "status staging",
        f"deploy production {image}",
        "status production",
    ]
    assert run.called("attest") == [f"attest {image}"]
    assert "key-of-the-machine" not in run.log
    assert "the login: ***" in run.log


def test_an_environment_without_reviewers_is_left_to_a_run_by_hand(typical: Repository) -> None:
    typical.set_api(environments={})
    run = pushed(typical)
    assert run.code == 0, run.log
    assert [call.split()[1] for call in run.called("deploy")] == ["staging"]
    assert "The environment production has no reviewers" in run.log


@pytest.mark.parametrize(
    ("script", "environment", "code", "deployed"),
    [
        ("deploy", "staging", 6, ["staging"]),
        ("deploy", "staging", 1, ["staging"]),
        ("status", "staging", 6, ["staging"]),
        ("deploy", "production", 6, ["staging", "production"]),
    ],
)
def test_what_fails_stops_the_environments_after_it(
    typical: Repository, script: str, environment: str, code: int, deployed: list[str]
) -> None:
    fail(typical, script, environment, code)
    run = pushed(typical)
    assert run.code != 0
    assert [call.split()[1] for call in run.called("deploy")] == deployed


def test_a_vulnerability_stops_every_deployment(typical: Repository) -> None:
    (typical.state / "vulnerable").touch()
    run = pushed(typical)
    assert run.code != 0
    assert run.called("deploy", "attest") == []


def test_a_missing_key_stops_a_deployment_and_is_named(typical: Repository) -> None:
    run = typical.run("build-deploy", variables=VARIABLES)
    assert run.code != 0
    assert run.called("deploy") == []
    assert "error: the secret SSH_PRIVATE_KEY is empty" in run.log


@pytest.mark.parametrize(
    ("inputs", "call"), [({}, "rollback production"), ({"image": IMAGE}, f"rollback production {IMAGE}")]
)
def test_a_rollback_calls_the_script_of_the_environment(typical: Repository, inputs: dict[str, str], call: str) -> None:
    run = typical.run(
        "rollback",
        "workflow_dispatch",
        payload={"inputs": {"environment": "production", **inputs}},
        variables=VARIABLES,
        secrets=SECRETS,
    )
    assert run.code == 0, run.log
    assert run.called("rollback", "deploy", "status") == [call, "status production"]


def test_a_person_deploys_a_built_image_to_one_environment(typical: Repository) -> None:
    run = typical.run(
        "deploy",
        "workflow_dispatch",
        payload={"inputs": {"environment": "production", "image": IMAGE}},
        variables=VARIABLES,
        secrets=SECRETS,
    )
    assert run.code == 0, run.log
    assert run.called("deploy", "status", "build") == [f"deploy production {IMAGE}", "status production"]


@pytest.fixture
def below(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = repository(rendered("below", tmp_path_factory.getbasetemp()), tmp_path)
    made.set_api(environments={"prod-eu": ASKED, "prod-own": ASKED})
    return made


BELOW_SECRETS = {"SHOP_SSH_PRIVATE_KEY": "key-of-the-machine", "SHOP_SHIP_TOKEN": "token-of-ships"}
BELOW_VARIABLES = {
    "SHOP_SSH_KNOWN_HOSTS": "203.0.113.10 ssh-ed25519 AAAA",
    "SHOP_AWS_DEPLOY_ROLE": "arn:aws:iam::123456789012:role/deploy",
    "SHOP_AWS_REGION": "eu-central-1",
    "SHOP_SHIP_REGION": "north",
}


def tagged(made: Repository) -> Run:
    return made.run(
        "shop-build-deploy",
        payload={"ref": "refs/tags/shop-v1.2.3"},
        variables=BELOW_VARIABLES,
        secrets=BELOW_SECRETS,
    )


def test_a_tag_migrates_each_environment_in_a_job_of_its_own_before_its_deployment(below: Repository) -> None:
    run = tagged(below)
    assert run.code == 0, run.log
    registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop"
    assert run.called("build") == [f"build {registry}:v1.2.3"]
    image = run.called("scan")[0].split()[1]
    assert image.startswith(f"{registry}@sha256:")
    expected = []
    for name in ("dev", "staging", "prod-eu", "prod-own"):
        expected += [f"migrate {name} {image}", f"deploy --skip-migrate {name} {image}"]
    assert run.called("migrate", "deploy") == expected
    assert "token-of-ships" not in run.log
    assert "key-of-the-machine" not in run.log
    assert "the login: arn:aws:iam::123456789012:role/deploy" in run.log


def test_a_failed_migration_stops_its_deployment_and_what_follows(below: Repository) -> None:
    fail(below, "migrate", "staging", 1)
    run = tagged(below)
    assert run.code != 0
    assert [call.split()[:3] for call in run.called("migrate", "deploy")][-1][:2] == ["migrate", "staging"]
    assert len(run.called("deploy")) == 1


def test_a_rollback_of_one_target_logs_in_at_this_target_only(below: Repository) -> None:
    run = below.run(
        "shop-rollback",
        "workflow_dispatch",
        payload={"inputs": {"environment": "prod-eu"}},
        variables=BELOW_VARIABLES,
        secrets=BELOW_SECRETS,
    )
    assert run.code == 0, run.log
    assert run.called("rollback", "assume") == ["assume arn:aws:iam::123456789012:role/deploy", "rollback prod-eu"]
