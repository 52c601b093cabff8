"""Every deploy target behaves as docs/deploy-targets.md says."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.deploy_target import SCRIPTS, Target, arguments, run_script, start_script
from tests.support.deploy_targets import aws, aws_programs, target

__all__ = ["aws", "aws_programs", "target"]

CHANGING = ("deploy", "migrate", "rollback")


def test_a_version_is_deployed_recorded_and_healthy(target: Target) -> None:
    done = run_script(target, "deploy", target.environment, target.images.second)
    assert (done.code, done.errors) == (0, "")
    assert target.running() == {target.recorded()} == {target.images.second}
    assert not target.is_locked()
    status = run_script(target, "status", target.environment)
    assert status.code == 0
    assert target.images.second in status.output


@pytest.mark.slow
def test_a_second_deployment_of_the_same_version_succeeds(target: Target) -> None:
    for _ in range(2):
        assert run_script(target, "deploy", target.environment, target.images.second).code == 0
    assert target.running() == {target.recorded()} == {target.images.second}


@pytest.mark.slow
@pytest.mark.parametrize("image", ["unhealthy", "endless", "failing_migration"])
def test_a_version_that_fails_is_taken_back(target: Target, image: str) -> None:
    done = run_script(target, "deploy", target.environment, getattr(target.images, image))
    assert done.code == 1, done.errors
    assert "error: " in done.errors
    assert target.running() == {target.recorded()} == {target.images.first}
    assert target.is_tidy()
    assert not target.is_locked()
    assert run_script(target, "status", target.environment).code == 0


@pytest.mark.slow
def test_a_version_that_fails_without_a_migration_is_taken_back(target: Target) -> None:
    done = run_script(target, "deploy", "--skip-migrate", target.environment, target.images.endless)
    assert done.code == 1
    assert target.running() == {target.recorded()} == {target.images.first}


@pytest.mark.slow
def test_a_migration_by_itself_changes_no_version(target: Target) -> None:
    assert run_script(target, "migrate", target.environment, target.images.second).code == 0
    assert target.running() == {target.recorded()} == {target.images.first}
    assert target.is_tidy()
    assert run_script(target, "migrate", target.environment, target.images.failing_migration).code == 1
    assert target.is_tidy()


@pytest.mark.slow
def test_a_rollback_returns_to_the_version_before_and_a_second_one_to_the_later(target: Target) -> None:
    assert run_script(target, "rollback", target.environment).code == 2
    run_script(target, "deploy", target.environment, target.images.second)
    for image in (target.images.first, target.images.second):
        assert run_script(target, "rollback", target.environment).code == 0
        assert target.running() == {target.recorded()} == {image}


@pytest.mark.slow
def test_a_rollback_deploys_the_image_that_it_is_given(target: Target) -> None:
    assert run_script(target, "rollback", target.environment, target.images.second).code == 0
    assert target.running() == {target.images.second}


@pytest.mark.slow
@pytest.mark.parametrize("script", CHANGING)
def test_while_another_deployment_runs_nothing_is_changed(target: Target, script: str) -> None:
    run_script(target, "deploy", target.environment, target.images.second)
    with target.another_deployment():
        done = run_script(target, script, *arguments(target, script))
        assert done.code == 4, done.errors
        assert "somebody" in done.errors
        assert target.is_locked()
    assert target.running() == {target.images.second}


@pytest.mark.slow
def test_of_two_deployments_at_once_one_succeeds(target: Target) -> None:
    both = [start_script(target, "deploy", target.environment, target.images.second) for _ in range(2)]
    codes = sorted(one.wait(timeout=120) for one in both)
    for one in both:
        one.communicate()
    assert codes in ([0, 4], [0, 0])
    assert target.running() == {target.recorded()} == {target.images.second}
    assert not target.is_locked()


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_unknown_environment_is_a_usage_error(target: Target, script: str) -> None:
    for name in ("nowhere", "../dev", ""):
        done = run_script(target, script, name, *arguments(target, script)[1:])
        assert done.code == 2
        assert "environments are dev" in done.errors or "environment" in done.errors
    assert target.number_of_calls() == 0


@pytest.mark.slow
@pytest.mark.parametrize("script", ["deploy", "migrate", "rollback"])
@pytest.mark.parametrize(
    "image", ["app", "app:latest", "registry.example.com:5000/app", "app:1 2", "-x:1", "", "a;b:1"]
)
def test_an_image_without_a_version_is_a_usage_error(target: Target, script: str, image: str) -> None:
    done = run_script(target, script, target.environment, image)
    assert done.code == 2
    assert target.number_of_calls() == 0


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_missing_login_or_tool_is_named(target: Target, script: str) -> None:
    path = target.variables["PATH"].partition(":")[2]
    done = run_script(target, script, *arguments(target, script), PATH=path)
    assert done.code == 5
    assert "is not installed" in done.errors
    target.without_login()
    done = run_script(target, script, *arguments(target, script))
    assert done.code == 5
    assert "login" in done.errors


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_json_has_one_document_a_line_and_the_exit_code_in_the_last(target: Target, script: str) -> None:
    if script == "rollback":
        run_script(target, "deploy", target.environment, target.images.second)
    done = run_script(target, script, "--json", *arguments(target, script))
    assert (done.code, done.errors) == (0, "")
    if script == "logs":
        assert isinstance(json.loads(done.output), list)
        return
    documents = [json.loads(line) for line in done.output.splitlines()]
    assert {one["script"] for one in documents} == {script}
    assert documents[-1]["exit_code"] == 0
    failed = run_script(target, script, "--json", "nowhere")
    assert json.loads(failed.output.splitlines()[-1])["exit_code"] == failed.code == 2


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_help_is_printed_without_a_login(target: Target, script: str) -> None:
    done = run_script(target, script, "--help")
    assert done.code == 0
    assert re.search(rf"^usage: sh (\S*/)?ops/{script} ", done.output, re.MULTILINE)
    assert target.number_of_calls() == 0


def test_a_command_gets_its_words_as_they_are_and_returns_its_exit_code(target: Target) -> None:
    words = ['a "quoted" word', "two  spaces", "$HOME", "back\\slash", "line\nbreak", "ü", "--flag", ""]
    done = run_script(target, "run", target.environment, "--", "echo", *words)
    assert done.code == 0, done.errors
    assert " ".join(["echo", *words]) in done.output
    assert run_script(target, "run", target.environment, "--", "exit", "7").code == 7
