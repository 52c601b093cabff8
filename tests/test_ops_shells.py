"""The scripts of the Terraform template are POSIX shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.aws.target import AwsTarget
from tests.support.deploy_target import run_script
from tests.support.deploy_targets import aws, aws_programs
from tests.support.terraform_template import shapes

__all__ = ["aws", "aws_programs", "shapes"]

SHELLS = ("dash", "busybox sh", "bash --posix")

EXCLUDED = {
    "SC2016": "JMESPath uses backquotes, which the shell does not expand",
    "SC2034": "a variable of one file is used in another one",
    "SC2119": "the argument of a function is optional",
    "SC2120": "the argument of a function is optional",
}


def test_shellcheck_finds_nothing(shapes: dict[str, Path]) -> None:
    program = Path(sys.executable).with_name("shellcheck")
    if not program.exists():
        pytest.skip("no shellcheck: `pip install -e .[dev]` installs it")
    folder = shapes["typical"] / "ops"
    scripts = sorted(path.name for path in folder.iterdir() if path.is_file())
    command = [str(program), "--shell=sh", "--external-sources", "--check-sourced", f"--exclude={','.join(EXCLUDED)}"]
    # One script at a time: together, the variables of one would count as those of another.
    for script in scripts:
        done = subprocess.run([*command, script], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, ""), script


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
def test_the_scripts_run_in_every_shell(aws: AwsTarget, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = shell.split()[0]
    if not shutil.which(program):
        pytest.skip(f"no {program} on this machine")
    monkeypatch.setenv("DAZZLE_INFRA_TEST_SHELL", shell)
    words = ["two  words", "$HOME `id` *", "-n", "line\nbreak\n", 'back\\slash "quoted"', "ü", ""]
    done = run_script(aws, "run", "dev", "--", "echo", *words)
    assert (done.code, done.errors) == (0, "")
    assert " ".join(["echo", *words]) in done.output
    assert run_script(aws, "run", "dev", "--", "exit", "7").code == 7
    assert run_script(aws, "deploy", "--json", "dev", aws.images.second).code == 0
    assert run_script(aws, "deploy", "dev", aws.images.unhealthy).code == 1
    assert run_script(aws, "rollback", "dev").code == 0
    assert run_script(aws, "status", "dev").code == 0
    assert aws.running() == {aws.recorded()} == {aws.images.first}
    assert aws.is_tidy()
    assert not aws.is_locked()
