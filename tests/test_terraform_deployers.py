"""The roles of pipelines that `bootstrap` creates: who can use them, and what they allow."""

from __future__ import annotations

import json
import pty
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from tests.support.aws.target import aws_target, interpreter
from tests.support.copiers import copier_of
from tests.support.deploy_target import run_script
from tests.support.iam import actions_of, allows, statements_of
from tests.support.ops_calls import CALLS, PUSH, SHELL_CALLS, permissions
from tests.support.ops_requests import requests
from tests.support.terraform import Terraform, local_state
from tests.support.terraform_runs import applied, planned, resources_of
from tests.support.terraform_template import EVERYTHING, EXPRESS, TEMPLATE, environment, render

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_deployers")]

APPLICATION = "desk"
ANSWERS = EVERYTHING.model_copy(
    update={
        "app_name": APPLICATION,
        "deployer_project": "acme/desk",
        "state_region": "us-east-1",
        "environments": [
            environment("dev", account_id="123456789012", shell_access=True),
            environment("prod", region="eu-west-1", domain_name="desk.example.com"),
            environment("other", account_id="210987654321"),
        ],
    }
)
ISSUER = "token.actions.githubusercontent.com"
SCRIPTS = TEMPLATE / "template" / "ops"
Values = dict[str, dict[str, Any]]


def bootstrapped(directory: Path, answers: TerraformAnswers, *options: str) -> Values:
    """Apply `bootstrap`, and return the values of its resources by address."""
    root = render(copier_of(TEMPLATE), directory, answers) / "bootstrap"
    tool = local_state(root)
    # The account of the stub is not the other one.
    planned(tool, root, *options)
    return {address: values for address, (_, values) in resources_of(applied(tool, root)).items()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("deployers") / "made"


@pytest.fixture(scope="module")
def resources(made: Path) -> Values:
    return bootstrapped(made, ANSWERS)


def policy(resources: Values, kind: str, name: str) -> dict[str, Any]:
    """Return the inline policies of a role, as one."""
    found: dict[str, Any] = json.loads(resources[f'aws_iam_role_policy.{kind}["{name}"]']["policy"])
    further = resources.get(f'aws_iam_role_policy.{kind}_shell["{name}"]')
    more = json.loads(further["policy"])["Statement"] if further else []
    return {**found, "Statement": [*found["Statement"], *more]}


def trust(resources: Values, kind: str, name: str) -> dict[str, Any]:
    document = json.loads(resources[f'aws_iam_role.{kind}["{name}"]']["assume_role_policy"])
    [statement] = statements_of({**document, "Statement": document["Statement"]})
    return dict(statement)


def needed(name: str, region: str, *, with_shell: bool) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    calls = {"push": PUSH, **CALLS}
    found = permissions(calls, APPLICATION, f"{APPLICATION}-{name}", region)
    return found | (permissions(SHELL_CALLS, APPLICATION, f"{APPLICATION}-{name}", region) if with_shell else set())


@pytest.mark.parametrize(("name", "region", "with_shell"), [("dev", "us-east-1", True), ("prod", "eu-west-1", False)])
def test_every_call_of_the_scripts_is_allowed_and_no_other_action(
    resources: Values, name: str, region: str, *, with_shell: bool
) -> None:
    document = policy(resources, "deployer", name)
    calls = needed(name, region, with_shell=with_shell)
    assert [call for call in calls if not allows(document, call[0], call[1], dict(call[2]))] == []
    assert actions_of(document) == {action for action, _, _ in calls}
    used = [
        one
        for one in statements_of(document)
        if any(allows({"Statement": [one]}, action, resource, dict(keys)) for action, resource, keys in calls)
    ]
    assert used == list(statements_of(document))
    assert (
        len(json.dumps(document, separators=(",", ":"))) <= 10240
    )  # IAM and AWS STS quotas, inline policies of a role


@pytest.mark.parametrize(("name", "other", "region"), [("dev", "prod", "eu-west-1"), ("prod", "dev", "us-east-1")])
def test_a_role_reaches_no_other_environment(resources: Values, name: str, other: str, region: str) -> None:
    document = policy(resources, "deployer", name)
    shared = {call[0] for call in permissions({"push": PUSH}, APPLICATION, "", "")}
    for action, resource, keys in needed(other, region, with_shell=True):
        assert allows(document, action, resource, dict(keys)) == (action in shared), (action, resource)


def test_nothing_is_passed_registered_or_run_but_the_tasks_of_the_application(resources: Values) -> None:
    document = policy(resources, "deployer", "dev")
    cluster = {"ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/desk-dev"}
    definition = "arn:aws:ecs:us-east-1:123456789012:task-definition/desk-dev-{}:1"
    role = "arn:aws:iam::123456789012:role/{}"
    to_tasks = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    assert allows(document, "ecs:RunTask", definition.format("migrate"), cluster)
    assert not allows(document, "ecs:RunTask", definition.format("scheduled"), cluster)
    assert not allows(document, "ecs:RunTask", definition.format("migrate"), {"ecs:cluster": "another"})
    assert not allows(document, "ecs:RegisterTaskDefinition", definition.format("eu-web"), {})
    assert not allows(document, "iam:PassRole", role.format("desk-dev-deploy"), to_tasks)
    assert not allows(
        document, "iam:PassRole", role.format("desk-dev-app"), {"iam:PassedToService": "lambda.amazonaws.com"}
    )


def test_every_call_that_the_scripts_make_in_front_of_the_api_is_allowed(
    resources: Values, made: Path, tmp_path: Path
) -> None:
    document = policy(resources, "deployer", "dev")
    with interpreter(tmp_path / "aws") as programs, aws_target(made, tmp_path / "target", programs) as target:
        for one in target.cloud.definitions.values():
            one["executionRoleArn"], one["taskRoleArn"] = (
                f"arn:aws:iam::123456789012:role/desk-dev-{role}" for role in ("start", "app")
            )
        ran = [
            run_script(target, *arguments).code
            for arguments in (
                ("deploy", "dev", target.images.second),
                ("migrate", "dev", target.images.second),
                ("rollback", "dev"),
                ("deploy", "dev", target.images.endless),
                ("run", "dev", "--", "true"),
                *((script, "dev") for script in ("logs", "secrets", "status")),
            )
        ]
        assert ran == [0, 0, 0, 1, 0, 0, 0, 0]
        made_calls = list(requests(target.cloud, target.cloud.calls))
    assert [call for call in made_calls if not allows(document, *call)] == []
    in_table = {action for action, _, _ in permissions(CALLS, APPLICATION, "desk-dev", "us-east-1")}
    assert {action for action, _, _ in made_calls} == in_table - {"ecr:BatchGetImage"}


def test_the_table_of_calls_has_every_call_of_the_scripts_and_no_other() -> None:
    text = "\n".join(path.read_text() for path in sorted(SCRIPTS.rglob("*")) if path.is_file())
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    found = set(
        re.findall(r"(?:^|[\s(])(?:aws|call|cloud) ((?:ecr|ecs|elbv2|logs|rds|secretsmanager|ssm|sts) [a-z-]+)", code)
    )
    printed = {"secretsmanager put-secret-value"}
    assert found - printed == {*CALLS, *SHELL_CALLS}


def test_the_roles_of_a_github_repository_trust_its_environment_or_its_pull_requests_alone(resources: Values) -> None:
    provider = resources["aws_iam_openid_connect_provider.pipelines[0]"]
    assert provider["url"] == f"https://{ISSUER}"
    assert provider["client_id_list"] == ["sts.amazonaws.com"]
    subjects = {"deployer": "repo:acme/desk:environment:dev", "planner": "repo:acme/desk:pull_request"}
    for kind, subject in subjects.items():
        statement = trust(resources, kind, "dev")
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert statement["Principal"] == {"Federated": provider["arn"]}
        assert statement["Condition"] == {
            "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": subject}
        }


def test_each_environment_of_this_account_has_its_roles(resources: Values) -> None:
    names = {values["name"] for address, values in resources.items() if address.startswith("aws_iam_role.")}
    assert names == {"desk-dev-deploy", "desk-dev-plan", "desk-prod-deploy", "desk-prod-plan"}


def test_a_role_that_plans_reads_no_secret_and_writes_the_lock_alone(resources: Values) -> None:
    document = policy(resources, "planner", "prod")
    reads = re.compile(r"[a-z0-9-]+:(Describe|Get|List)[A-Za-z]*[*]?")
    others = {action for action in actions_of(document) if not reads.fullmatch(action)}
    assert others == {"kms:Decrypt", "kms:GenerateDataKey", "s3:DeleteObject", "s3:PutObject"}
    place = "eu-west-1:123456789012"
    secret = f"arn:aws:secretsmanager:{place}:secret:desk-prod/DATABASE_URL-a1B2c3"
    assert allows(document, "secretsmanager:DescribeSecret", secret, {})
    refused = [
        ("secretsmanager:GetSecretValue", secret),
        ("ssm:GetParameter", f"arn:aws:ssm:{place}:parameter/environments/desk-prod/password"),
        ("ssm:GetParametersByPath", f"arn:aws:ssm:{place}:parameter/environments/desk-prod"),
        ("logs:GetLogEvents", f"arn:aws:logs:{place}:log-group:/desk-prod/app:*"),
        ("s3:GetObject", "arn:aws:s3:::desk-prod-files/file"),
        ("sts:AssumeRole", "*"),
    ]
    bucket = resources["aws_s3_bucket.state"]["arn"]
    state = f"{bucket}/desk/prod/terraform.tfstate"
    assert allows(document, "s3:GetObject", state, {})
    assert allows(document, "s3:PutObject", f"{state}.tflock", {})
    refused += [("s3:PutObject", state), ("s3:DeleteObject", state)]
    refused += [("s3:GetObject", f"{bucket}/desk/dev/terraform.tfstate")]
    assert [one for one in refused if allows(document, *one, {})] == []


def test_the_roles_of_a_gitlab_project_trust_its_branch(tmp_path: Path) -> None:
    answers = EXPRESS.model_copy(update={"environments": [environment("dev")]})
    made = bootstrapped(tmp_path / "made", answers, "-var=create_identity_provider=false")
    assert "aws_iam_openid_connect_provider.pipelines[0]" not in made
    deployer, planner = trust(made, "deployer", "dev"), trust(made, "planner", "dev")
    arn = "arn:aws:iam::123456789012:oidc-provider/gitlab.example.com"
    assert deployer["Principal"] == planner["Principal"] == {"Federated": arn}
    audience = {"gitlab.example.com:aud": "https://gitlab.example.com"}
    project = "project_path:acme/web/shop:ref_type:branch:ref:"
    assert deployer["Condition"] == {"StringEquals": {**audience, "gitlab.example.com:sub": f"{project}main"}}
    assert planner["Condition"] == {
        "StringEquals": audience,
        "StringLike": {"gitlab.example.com:sub": f"{project}*"},
    }


def test_a_subject_with_wildcards_is_refused(tmp_path: Path) -> None:
    root = render(copier_of(TEMPLATE), tmp_path / "made", ANSWERS) / "bootstrap"
    tool: Terraform = local_state(root)
    done = tool.run("plan", "-no-color", "-var=token_subject=repo:acme/*", cwd=root)
    assert done.returncode == 1
    assert "The subject must not contain wildcards" in done.stderr


def test_parliament_finds_nothing_in_the_policies(resources: Values, tmp_path: Path) -> None:
    command = shutil.which("parliament")
    if command is None:
        pytest.skip("no parliament on PATH (pip install parliament)")
    # Parliament refuses a file if its standard input is not a terminal.
    _, terminal = pty.openpty()
    known = {
        # A key of all operations on a key (AWS KMS Developer Guide, "kms:ResourceAliases").
        "deployer": {
            ("UNKNOWN_CONDITION_FOR_ACTION", "Unknown condition kms:ResourceAliases for action kms:GenerateDataKey")
        },
        # Descriptions of all resources of the account.
        "planner": {("RESOURCE_STAR", "")},
    }
    for kind, name in product(known, ("dev", "prod")):
        path = tmp_path / f"{kind}-{name}.json"
        path.write_text(json.dumps(policy(resources, kind, name)))
        done = subprocess.run([command, "--json", "--file", path], stdin=terminal, capture_output=True, text=True)
        findings = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        found = {(one["issue"], one["detail"] if isinstance(one["detail"], str) else "") for one in findings}
        assert found <= known[kind], path.name
        assert done.returncode in (0, 1), done.stderr


def test_without_deployers_bootstrap_creates_no_role(tmp_path: Path) -> None:
    answers = ANSWERS.model_copy(update={"deployer_service": ""})
    root = render(copier_of(TEMPLATE), tmp_path / "made", answers) / "bootstrap"
    assert sorted(path.name for path in root.glob("*.tf")) == [
        *("encryption.tf", "main.tf", "outputs.tf", "registry.tf", "variables.tf"),
    ]
