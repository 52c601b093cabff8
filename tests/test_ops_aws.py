"""The scripts of the Terraform template on AWS: what the contract of deploy targets does not mention."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support.aws.cloud import ClientError
from tests.support.aws.target import AwsTarget
from tests.support.deploy_target import SCRIPTS, arguments, run_script
from tests.support.deploy_targets import aws, aws_programs

__all__ = ["aws", "aws_programs"]

pytestmark = pytest.mark.slow

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
REFUSALS = {
    "ExpiredTokenException": "The security token included in the request is expired",
    "InvalidClientTokenId": "The security token included in the request is invalid.",
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "InvalidSignatureException": "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z",
    "RequestExpired": "Request has expired.",
    "AccessDeniedException": "User a is not authorized to perform: ecs:DescribeClusters",
}
HINTS = {
    "ExpiredTokenException": "Log in",
    "InvalidSignatureException": "Set the clock",
    "RequestExpired": "Set the clock",
    "AccessDeniedException": "no permission",
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_login_that_aws_refuses_is_named_with_what_to_do(aws: AwsTarget, code: str) -> None:
    aws.cloud.refusal = ClientError(code, REFUSALS[code])
    done = run_script(aws, "status", "dev")
    assert done.code == 5
    assert REFUSALS[code].split()[-1] in done.errors
    assert HINTS.get(code, "Log in") in done.errors


def test_credentials_of_another_account_are_refused(aws: AwsTarget) -> None:
    values = aws.ops.parent / "envs" / "dev" / "terraform.tfvars"
    values.write_text(values.read_text().replace('account_id = ""', 'account_id = "210987654321"'))
    done = run_script(aws, "deploy", "dev", aws.images.second)
    assert done.code == 5
    assert "account 123456789012" in done.errors
    assert "account 210987654321" in done.errors


def test_the_region_is_the_one_of_the_values_of_the_environment(aws: AwsTarget) -> None:
    folder = aws.ops.parent / "envs" / "dev"
    values = folder / "terraform.tfvars"
    lines = values.read_text().replace('region = "us-east-1"', 'region="eu-west-1" # moved\r')
    values.write_text(lines + '\nsettings = {\n  region = "nowhere"\n}')
    aws.cloud.name = ""
    assert "in eu-west-1" in run_script(aws, "status", "dev").errors
    (folder / "more.auto.tfvars").write_text('region = "eu-west-2"')
    assert "in eu-west-2" in run_script(aws, "status", "dev").errors
    (folder / "more.auto.tfvars").unlink()
    values.unlink()
    assert "in us-east-1" in run_script(aws, "status", "dev").errors


@pytest.mark.parametrize("script", SCRIPTS)
def test_without_a_network_the_scripts_say_so(aws: AwsTarget, script: str) -> None:
    done = run_script(aws, script, *arguments(aws, script), AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.code == 5
    assert "Could not connect" in done.errors


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_environment_that_was_never_applied_is_named(aws: AwsTarget, script: str) -> None:
    aws.cloud.name = ""
    done = run_script(aws, script, *arguments(aws, script))
    assert done.code == 5
    assert "run terraform apply in envs/dev first" in done.errors


def test_before_the_first_deployment_migrations_and_commands_run(aws: AwsTarget) -> None:
    aws.cloud.services.clear()
    assert run_script(aws, "migrate", "dev", aws.images.first).code == 0
    assert run_script(aws, "run", "dev", "--", "create-user").code == 0
    status = run_script(aws, "status", "dev")
    assert status.code == 6
    assert "web: not created" in status.output
    done = run_script(aws, "deploy", "dev", aws.images.second)
    assert done.code == 5
    assert "there is no service web" in done.errors
    assert not aws.is_locked()
    del aws.cloud.parameters[f"/environments/{aws.cloud.name}/network"]
    done = run_script(aws, "migrate", "dev", aws.images.first)
    assert done.code == 5
    assert "run terraform apply" in done.errors


@pytest.mark.parametrize(
    ("image", "message"),
    [
        ("team/app:9", "there is no image"),
        ("team/other:1", "there is no repository team/other"),
        ("team/app:1", "no version for linux/arm64"),
        ("team/app@sha256:" + 64 * "b", "there is no image"),
    ],
)
def test_an_image_that_the_registry_cannot_give_is_refused(aws: AwsTarget, image: str, message: str) -> None:
    aws.cloud.images = {"team/app:1": ["amd64"], "team/app:2": ["amd64", "arm64"]}
    done = run_script(aws, "deploy", "dev", f"{REGISTRY}/{image}")
    assert done.code == 2
    assert message in done.errors
    assert aws.running() == {aws.images.first}
    assert not aws.is_locked()


@pytest.mark.parametrize("image", ["team/app:2", "team/app:3", "team/app@sha256:" + 64 * "a"])
def test_an_image_of_the_right_architecture_is_deployed(aws: AwsTarget, image: str) -> None:
    digest = "team/app:sha256:" + 64 * "a"
    aws.cloud.images = {"team/app:2": ["amd64", "arm64"], "team/app:3": None, digest: ["arm64"]}
    assert run_script(aws, "deploy", "dev", f"{REGISTRY}/{image}").code == 0


def test_a_service_that_is_scaled_to_0_is_neither_started_nor_unhealthy(aws: AwsTarget) -> None:
    for service in aws.cloud.services.values():
        service.desired = service.running = 0
    done = run_script(aws, "deploy", "dev", aws.images.second)
    assert done.code == 0
    assert "the service web is scaled to 0" in done.errors
    assert {(one.desired, one.running) for one in aws.cloud.services.values()} == {(0, 0)}
    status = run_script(aws, "status", "dev")
    assert status.code == 0
    assert "web: scaled to 0" in status.output


def test_a_deployment_leaves_the_number_of_tasks_to_autoscaling(aws: AwsTarget) -> None:
    aws.cloud.services["web"].desired = 7
    assert run_script(aws, "deploy", "dev", aws.images.unhealthy).code == 1
    assert run_script(aws, "deploy", "dev", aws.images.second).code == 0
    assert aws.cloud.services["web"].desired == 7
    assert not [
        call for _, operation, call in aws.cloud.calls if operation == "UpdateService" and "desiredCount" in call
    ]


@pytest.mark.parametrize("value", ["none", "a b\x1b[31m $(id) * \n'\"", "registry.example.com/desk/app:latest", "ü"])
def test_a_parameter_that_was_written_by_hand_does_no_harm(aws: AwsTarget, value: str) -> None:
    parameter = f"/environments/{aws.cloud.name}/image"
    aws.cloud.parameters[parameter].append(value)
    status = run_script(aws, "status", "--json", "dev")
    assert status.code == 0
    assert "runs another image" in status.output
    for line in status.output.splitlines():
        json.loads(line)
    if "latest" not in value:
        done = run_script(aws, "rollback", "dev")
        assert done.code == 2
        assert "which is not an image" in done.errors
    assert run_script(aws, "deploy", "dev", aws.images.second).code == 0
    assert run_script(aws, "rollback", "dev", aws.images.first).code == 0


def test_a_migration_uses_the_network_of_the_service_where_no_parameter_states_one(aws: AwsTarget) -> None:
    networks = []
    for _ in range(2):
        assert run_script(aws, "migrate", "dev", aws.images.second).code == 0
        networks += [one["networkConfiguration"] for _, operation, one in aws.cloud.calls if operation == "RunTask"][
            -1:
        ]
        aws.cloud.parameters.pop(f"/environments/{aws.cloud.name}/network", None)
    assert networks[0] == networks[1]


def test_an_image_that_was_recorded_by_hand_and_runs_nowhere_is_taken_back(aws: AwsTarget) -> None:
    aws.cloud.parameters[f"/environments/{aws.cloud.name}/image"].append(aws.images.unhealthy)
    done = run_script(aws, "rollback", "dev")
    assert done.code == 1
    assert "has started 1 tasks" in done.errors  # the last event of the service
    assert aws.running() == {aws.images.first}


def test_the_family_of_the_shell_follows_the_version(aws: AwsTarget) -> None:
    aws.add_family("shell")
    assert run_script(aws, "deploy", "dev", aws.images.second).code == 0
    assert aws.cloud.image(f"{aws.cloud.name}-shell") == aws.images.second
    assert run_script(aws, "deploy", "dev", aws.images.unhealthy).code == 1
    assert aws.is_tidy()


def test_ten_services_and_more_are_deployed(aws: AwsTarget) -> None:
    names = [f"service-{number}" for number in range(11)]
    for name in names:
        aws.add_service(name)
    facts = aws.ops / "environments" / "dev.sh"
    facts.write_text(facts.read_text() + f"\nservices='web worker {' '.join(names)}'\n")
    assert run_script(aws, "deploy", "dev", aws.images.second).code == 0
    assert aws.running() == {aws.images.second}


@pytest.mark.parametrize("script", ["deploy", "migrate", "rollback"])
def test_a_program_that_reads_standard_input_loses_no_service(aws: AwsTarget, tmp_path: Path, script: str) -> None:
    wrapper = tmp_path / "wrapper" / "aws"
    wrapper.parent.mkdir()
    path = aws.variables["PATH"]
    wrapper.write_text(f'#!/bin/sh\ncat >/dev/null\nexec "{path.split(os.pathsep)[0]}/aws" "$@"\n')
    wrapper.chmod(0o755)
    variables = {"PATH": os.pathsep.join([str(wrapper.parent), path])}
    if script == "rollback":
        assert run_script(aws, "deploy", "dev", aws.images.second, **variables).code == 0
        assert aws.running() == {aws.images.second}
    assert run_script(aws, script, *arguments(aws, script), **variables).code == 0
    assert aws.running() == {aws.recorded()} == {aws.images.second if script == "deploy" else aws.images.first}
    assert aws.is_tidy()
    assert run_script(aws, "deploy", "dev", aws.images.unhealthy, **variables).code == 1
    assert aws.running() == {aws.recorded()}
    assert aws.is_tidy()


def test_a_revision_differs_from_the_one_before_in_its_image_alone(aws: AwsTarget) -> None:
    before = dict(aws.cloud.definition(f"{aws.cloud.name}-web"))
    assert run_script(aws, "deploy", "dev", aws.images.second).code == 0
    after = dict(aws.cloud.definition(f"{aws.cloud.name}-web"))
    for one in (before, after):
        del one["taskDefinitionArn"], one["revision"]
    assert after == json.loads(json.dumps(before).replace(aws.images.first, aws.images.second))


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (137, "OutOfMemoryError: Container killed due to memory usage", ["exit code 137", "OutOfMemoryError"]),
        (None, "CannotPullContainerError: pull image manifest has been retried", ["CannotPullContainerError"]),
    ],
)
def test_a_command_that_is_killed_or_does_not_start_has_a_reason(
    aws: AwsTarget, code: int | None, reason: str, words: list[str]
) -> None:
    aws.cloud.exits["work"] = (code, reason)
    done = run_script(aws, "run", "dev", "--", "work")
    assert done.code == (code or 1)
    assert all(word in done.errors for word in words)


@pytest.mark.parametrize("option", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("late", [0, 2])
def test_the_output_of_a_command_is_complete(aws: AwsTarget, option: list[str], late: int) -> None:
    lines = [f"{number}: " + 60 * "ü" for number in range(20_001)]
    aws.cloud.outputs["much"] = lines
    aws.cloud.late = late
    done = run_script(aws, "run", *option, "dev", "--", "much")
    assert done.code == 0
    found = json.loads(done.output.splitlines()[0])["output"] if option else done.output
    assert found.splitlines() == lines


def test_a_command_without_output_prints_nothing(aws: AwsTarget) -> None:
    aws.cloud.outputs["silent"] = []
    done = run_script(aws, "run", "dev", "--", "silent")
    assert (done.code, done.output, done.errors) == (0, "", "")


def test_missing_secrets_are_listed_with_the_command_that_sets_them(aws: AwsTarget) -> None:
    assert run_script(aws, "secrets", "dev").code == 0
    name = f"{aws.cloud.name}/PAGER_DUTY_API_KEY"
    aws.cloud.empty_secrets.add(name)
    done = run_script(aws, "secrets", "dev")
    assert done.code == 6
    assert f"--secret-id {name} " in done.output
    values = aws.ops.parent / "envs" / "dev" / "terraform.tfvars"
    values.write_text(values.read_text().replace('registry_access = "auto"', 'registry_access = "credentials"'))
    assert "container-registry: has a value" in run_script(aws, "secrets", "dev").output
    assert {operation for service, operation, _ in aws.cloud.calls if service == "secretsmanager"} == {"DescribeSecret"}


@pytest.mark.parametrize("script", ["shell", "database"])
def test_a_session_runs_in_a_task_of_its_own_that_is_stopped_afterwards(
    aws: AwsTarget, tmp_path: Path, script: str
) -> None:
    done = run_script(aws, script, "dev")
    assert done.code == 5
    assert "session-manager-plugin is not installed" in done.errors
    plugin = tmp_path / "plugins" / "session-manager-plugin"
    plugin.parent.mkdir()
    plugin.write_text('#!/bin/sh\nprintf "%s\\n" "session $*"\n')
    plugin.chmod(0o755)
    path = os.pathsep.join([str(plugin.parent), aws.variables["PATH"]])
    done = run_script(aws, script, "dev", PATH=path)
    assert done.code == 5
    assert "shell_access = true" in done.errors
    aws.add_family("shell")
    done = run_script(aws, script, "dev", PATH=path)
    assert (done.code, done.errors) == (0, "")
    assert "session-1" in done.output
    assert aws.number_of_running_tasks() == 0
