"""The repository of the image that `bootstrap` makes, and the commands that build and push."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from tests.support.terraform import local_state
from tests.support.terraform_runs import applied, planned, resources_of
from tests.support.terraform_template import BARE, copier_template, environment, render

__all__ = ["copier_template"]

pytestmark = pytest.mark.slow

# Each records its call first: a command of a pipe can be ended while it writes.
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >>"$RECORD"
case "$*" in
*get-login-password*) echo secret ;;
*--password-stdin*) cat >/dev/null ;;
esac
"""


def bootstrapped(copier: CopierFixture, directory: Path, answers: TerraformAnswers) -> dict[str, Any]:
    """Render, apply `bootstrap`, and return the state."""
    root = render(copier, directory, answers) / "bootstrap"
    tool = local_state(root)
    planned(tool, root)
    return applied(tool, root)


def run(commands: str, version: str, directory: Path) -> list[str]:
    """Run commands with stand-ins for `aws` and `docker`, and return what they were called with."""
    tools, record = directory / "tools", directory / "record"
    tools.mkdir()
    for name in ("aws", "docker"):
        (tools / name).write_text(STAND_IN)
        (tools / name).chmod(stat.S_IRWXU)
    path = f"{tools}:{os.environ['PATH']}"
    values = {"PATH": path, "RECORD": str(record), "VERSION": version}
    subprocess.run(["sh", "-euc", commands], env=values, check=True, cwd=directory, stdout=subprocess.DEVNULL)
    return sorted(record.read_text().splitlines())


def test_the_repository_keeps_tags_scans_and_is_encrypted(copier: CopierFixture, tmp_path: Path) -> None:
    state = bootstrapped(copier, tmp_path / "made", BARE)
    resources = {address: values for address, (_, values) in resources_of(state).items()}
    repository = resources["aws_ecr_repository.app[0]"]
    assert (repository["name"], repository["image_tag_mutability"]) == ("bare", "IMMUTABLE")
    assert repository["image_scanning_configuration"] == [{"scan_on_push": True}]
    assert repository["encryption_configuration"][0]["encryption_type"] == "KMS"
    rules = json.loads(resources["aws_ecr_lifecycle_policy.app[0]"]["policy"])["rules"]
    assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged", "tagged"]


def test_the_printed_commands_build_for_the_platform_of_the_environments_and_push(
    copier: CopierFixture, tmp_path: Path
) -> None:
    answers = BARE.model_copy(
        update={
            "environments": [environment("dev", container_architecture="arm64")],
            "dockerfile": "infra/my docker/Dockerfile",
            "build_secrets": ["INDEX_TOKEN"],
        }
    )
    outputs = bootstrapped(copier, tmp_path / "made", answers)["values"]["outputs"]
    repository = outputs["repository"]["value"]
    assert run(outputs["push_commands"]["value"], "1.4.2", tmp_path) == [
        "aws ecr get-login-password --region us-east-1",
        "docker build --platform linux/arm64 --file infra/my docker/Dockerfile --secret id=INDEX_TOKEN,env=INDEX_TOKEN "
        f"--tag {repository}:1.4.2 .",
        f"docker login --username AWS --password-stdin {repository.split('/')[0]}",
        f"docker push {repository}:1.4.2",
    ]


def test_an_image_for_several_platforms_is_built_and_pushed_in_one_step(copier: CopierFixture, tmp_path: Path) -> None:
    environments = [environment("dev"), environment("staging", container_architecture="arm64")]
    answers = BARE.model_copy(update={"environments": environments})
    outputs = bootstrapped(copier, tmp_path / "made", answers)["values"]["outputs"]
    *_, build = [one for one in run(outputs["push_commands"]["value"], "2", tmp_path) if " build" in one]
    tag = f"{outputs['repository']['value']}:2"
    assert build == f"docker buildx build --push --platform linux/amd64,linux/arm64 --tag {tag} ."


def test_no_repository_is_made_where_every_environment_names_an_image_elsewhere(
    copier: CopierFixture, tmp_path: Path
) -> None:
    named = environment("dev", container_image="registry.example.com/desk/app:1")
    state = bootstrapped(copier, tmp_path / "made", BARE.model_copy(update={"environments": [named]}))
    assert not [address for address in resources_of(state) if address.startswith("aws_ecr")]
    assert "push_commands" not in state["values"].get("outputs", {})


@pytest.mark.parametrize(
    ("image", "made"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/bare:1", True),
        ("123456789012.dkr-ecr.eu-west-1.on.aws/bare@sha256:" + 64 * "a", True),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/other:1", False),
    ],
)
def test_the_repository_stays_where_its_image_is_named(
    copier: CopierFixture, tmp_path: Path, image: str, *, made: bool
) -> None:
    answers = BARE.model_copy(update={"environments": [environment("dev", container_image=image)]})
    text = (render(copier, tmp_path / "made", answers) / "bootstrap/variables.tf").read_text()
    assert f"default     = {str(made).lower()}\n" in text
