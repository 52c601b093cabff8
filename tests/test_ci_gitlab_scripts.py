"""Scripts of pipelines of GitLab: logins, and how the image is built for each registry."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from dazzle_infra.backends.ci.answers import CiAnswers
from tests.support.ci_gitlab_tools import write_tools
from tests.support.ci_template import GITLAB, TEMPLATE, render
from tests.support.copiers import copier_of

ECR = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/desk"
GITLAB_VARIABLES = {"CI_JOB_ID": "1", "CI_COMMIT_SHA": "a" * 40, "BUILDKIT_IMAGE": "buildkit:1", "SBOM_IMAGE": "sbom:1"}


class Machine:
    """A rendered pipeline beside stand-ins for programs."""

    def __init__(self, folder: Path, answers: CiAnswers) -> None:
        self.top = render(copier_of(TEMPLATE), folder / "top", answers)
        self.calls, self.failing = folder / "calls", folder / "failing"
        (folder / "tools").mkdir()
        self.failing.mkdir()
        self.calls.write_text("")
        write_tools(folder, self.calls, self.failing)
        self.path = f"{folder / 'tools'}:{os.environ['PATH']}"

    def sh(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run lines of a job."""
        environment = {"PATH": self.path, **GITLAB_VARIABLES, **variables}
        lines = script.replace("scripts/", ".gitlab/ci/ticket-desk/scripts/")
        return subprocess.run(
            ["sh", "-euc", lines], cwd=self.top, env=environment, capture_output=True, text=True, check=False
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, GITLAB)


@pytest.mark.parametrize(
    ("script", "variables", "said"),
    [
        ("aws-login.sh", {}, "the variable with the role is empty"),
        ("aws-login.sh", {"AWS_ROLE_ARN": "arn"}, "the job has no token"),
        ("ssh-login.sh", {}, "SSH_PRIVATE_KEY is not a variable of the type File"),
        ("ssh-login.sh", {"SSH_PRIVATE_KEY": "hush"}, "SSH_PRIVATE_KEY is not a variable of the type File"),
    ],
)
def test_a_login_without_its_variables_says_which_is_missing(
    machine: Machine, script: str, variables: dict[str, str], said: str
) -> None:
    done = machine.sh(f". scripts/{script}\necho after", **variables)
    assert done.returncode == 5
    assert f"error: {said}" in done.stderr
    assert "after" not in done.stdout
    assert "hush" not in done.stderr


def test_a_login_leaves_nothing_behind_and_only_its_user_can_read_it(machine: Machine, tmp_path: Path) -> None:
    done = machine.sh(
        '. scripts/aws-login.sh\necho "$AWS_WEB_IDENTITY_TOKEN_FILE"\nstat -c %a "$AWS_WEB_IDENTITY_TOKEN_FILE"',
        AWS_ROLE_ARN="arn",
        AWS_ID_TOKEN="hush",
    )
    file, mode = done.stdout.split()
    assert mode == "600"
    assert not Path(file).exists()
    (tmp_path / "key").write_text("hush\r\nend")
    (tmp_path / "hosts").write_text("203.0.113.10 ssh-ed25519 AAAA")
    done = machine.sh(
        '. scripts/ssh-login.sh\ncat "$OPS_SSH_CONFIG"\ncat "$(dirname "$OPS_SSH_CONFIG")/key" | od -c',
        SSH_PRIVATE_KEY=str(tmp_path / "key"),
        SSH_KNOWN_HOSTS=str(tmp_path / "hosts"),
    )
    assert "StrictHostKeyChecking yes" in done.stdout
    assert r"h   u   s   h  \n   e   n   d  \n" in done.stdout
    assert not Path(done.stdout.split("IdentityFile ")[1].split()[0]).exists()


def test_a_registry_of_its_own_needs_a_user_and_gets_the_password_by_standard_input(tmp_path: Path) -> None:
    machine = Machine(tmp_path, GITLAB.model_copy(update={"registry": "registry.example.com/acme/desk"}))
    done = machine.sh("sh scripts/build.sh image.txt")
    assert done.returncode == 5
    assert "REGISTRY_USERNAME and REGISTRY_PASSWORD are not set" in done.stderr
    done = machine.sh("sh scripts/build.sh image.txt", REGISTRY_USERNAME="bot", REGISTRY_PASSWORD="hush")
    assert done.returncode == 0, done.stderr
    image = (machine.top / "image.txt").read_text()
    assert re.fullmatch(r"registry\.example\.com/acme/desk@sha256:[0-9a-f]{64}\n", image)
    calls = machine.calls.read_text()
    assert "docker login --username bot --password-stdin registry.example.com\nlogin with 5 bytes\n" in calls
    assert "hush" not in calls + done.stdout + done.stderr


def test_a_registry_of_aws_gets_no_cache_and_keeps_an_image_that_is_there(tmp_path: Path) -> None:
    machine = Machine(tmp_path, GITLAB.model_copy(update={"registry": ECR}))
    done = machine.sh("sh scripts/build.sh image.txt", AWS_ROLE_ARN="role")
    assert done.returncode == 0, done.stderr
    calls = machine.calls.read_text()
    assert f"docker login --username AWS --password-stdin {ECR.split('/')[0]}\n" in calls
    assert "aws ecr get-login-password --region eu-central-1 as role" in calls
    assert "--cache-to" not in calls
    assert "buildx build --push" in calls
    machine.calls.write_text("")
    (machine.failing / "published").touch()
    assert machine.sh("sh scripts/build.sh image.txt", AWS_ROLE_ARN="role").returncode == 0
    assert "buildx build --push" not in machine.calls.read_text()
    assert (machine.top / "image.txt").read_text() == f"{ECR}@sha256:{7:064d}\n"


def test_a_project_without_a_registry_is_told_what_to_do(machine: Machine) -> None:
    done = machine.sh("sh scripts/build.sh image.txt")
    assert done.returncode == 5
    assert "error: this project of GitLab has no container registry" in done.stderr
