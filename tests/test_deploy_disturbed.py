"""A script of a deploy target that is disturbed takes its changes back, or the next run goes on."""

from __future__ import annotations

import subprocess
from typing import get_args

import pytest

from tests.support.deploy_target import Disturbance, Target, arguments, run_script, start_script
from tests.support.deploy_targets import aws, aws_programs, target
from tests.support.exhaustive import exhaustive_except

__all__ = ["aws", "aws_programs", "target"]

SAMPLES = 6
"""Of the calls of a deployment, how many are disturbed in the shorter test."""


def number_of_calls(target: Target) -> int:
    before = target.number_of_calls()
    assert run_script(target, "deploy", target.environment, target.images.second).code == 0
    calls = target.number_of_calls() - before
    assert run_script(target, "rollback", target.environment, target.images.first).code == 0
    return calls


def disturb_and_go_on(target: Target, how: Disturbance, point: int, script: str) -> None:
    target.disturb(point, how)
    first = run_script(target, "deploy", target.environment, target.images.second)
    assert first.code in ({0, 1, 3, 5} if how != "killed" else {-9}), (point, first)
    if first.code == 0:
        assert target.running() == {target.recorded()} == {target.images.second}, point
    if first.code in (1, 5):
        assert target.running() == {target.recorded()} == {target.images.first}, (point, first)
        assert target.is_tidy(), (point, first)
    again = run_script(target, script, *arguments(target, script))
    # Nothing was deployed to which a rollback could return, if the first run ended early.
    assert again.code == 0 or (script == "rollback" and again.code == 2), (point, again)
    assert len(target.running()) == 1
    assert target.running() == {target.recorded()}, (point, first, again)
    assert target.is_tidy(), (point, first, again)
    assert not target.is_locked()
    assert run_script(target, "rollback", target.environment, target.images.first).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("how", exhaustive_except(get_args(Disturbance), ["killed", "lost answer"]))
def test_a_deployment_that_breaks_off_is_taken_back_and_can_be_repeated(target: Target, how: Disturbance) -> None:
    calls = number_of_calls(target)
    start = get_args(Disturbance).index(how)
    for count, point in enumerate(range(2 + start, calls, calls // SAMPLES)):
        disturb_and_go_on(target, how, point, ("deploy", "rollback")[count % 2])


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("how", ["lost call", "lost answer", "killed"])
@pytest.mark.parametrize("script", ["deploy", "rollback"])
def test_a_deployment_can_break_off_at_any_call(target: Target, how: Disturbance, script: str) -> None:
    for point in range(number_of_calls(target)):
        disturb_and_go_on(target, how, point, script)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupted_deployment_stops_its_migration(target: Target, how: Disturbance) -> None:
    process = start_script(target, "deploy", target.environment, target.images.endless)
    assert process.stdout is not None
    for line in process.stdout:
        if "migrating" in line:
            break
    target.disturb(3, how)
    assert process.wait(timeout=120) == 1
    process.communicate()
    assert target.number_of_running_tasks() == 0
    assert target.running() == {target.images.first}
    assert target.is_tidy()
    assert not target.is_locked()


@pytest.mark.slow
@pytest.mark.parametrize("script", ["deploy", "status", "run", "logs"])
def test_a_reader_that_ends_does_not_end_the_script(target: Target, script: str) -> None:
    with start_script(target, script, *arguments(target, script)) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert not target.is_locked()


@pytest.mark.slow
def test_a_killed_migration_ends_before_the_next_one_begins(target: Target) -> None:
    process = start_script(target, "migrate", target.environment, target.images.endless)
    assert process.stdout is not None
    for line in process.stdout:
        if "migrating" in line:
            break
    target.disturb(3, "killed")
    assert process.wait(timeout=120) == -9
    process.communicate()
    assert target.number_of_running_tasks() == 1
    done = run_script(target, "deploy", target.environment, target.images.second)
    assert done.code == 0, done
    assert "earlier run" in done.output
    assert target.number_of_running_tasks() == 0


@pytest.mark.slow
def test_without_a_folder_for_temporary_files_nothing_is_done(target: Target) -> None:
    done = run_script(target, "deploy", target.environment, target.images.second, TMPDIR="/proc/nowhere")
    assert done.code == 5
    assert "TMPDIR" in done.errors
    assert target.number_of_calls() == 0


@pytest.mark.slow
def test_the_scripts_run_from_any_directory_with_any_name(target: Target) -> None:
    folder = target.ops.parent.rename(target.ops.parents[1] / "a folder $HOME 'ü")
    command = ["sh", "ops/deploy", target.environment, target.images.second]
    done = subprocess.run(command, cwd=folder, env=target.variables, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
