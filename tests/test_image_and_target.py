"""How a backend states the build of the image and the deployment of environments, for other backends and for books."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends import ImageBuild
from dazzle_infra.backends.terraform.backend import TerraformBackend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from tests.support.cli import small_project
from tests.support.terraform_template import SHAPES, copier_template, render

__all__ = ["copier_template"]


def commands_in(book: str) -> list[str]:
    """Return the lines of the first block that builds the image."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", book, re.MULTILINE | re.DOTALL)
    first = next(block for block in blocks if "docker build" in block)
    return [line for line in first.splitlines() if line.startswith("docker ")]


@pytest.mark.parametrize(
    "build",
    [
        ImageBuild("infra/docker/Dockerfile"),
        ImageBuild(""),
        ImageBuild("my docker/file", "../the whole", secrets=("INDEX_URL", "TOKEN")),
    ],
    ids=["dockerfile of the backend", "dockerfile of the context", "names with spaces, and secrets"],
)
def test_the_book_prints_the_commands_that_the_build_states(
    copier: CopierFixture, tmp_path: Path, build: ImageBuild
) -> None:
    bare = SHAPES["bare"]
    first = bare.environments[0].model_copy(update={"container_image": "registry.example.com/shop/app:1.0.0"})
    stated = {"dockerfile": build.dockerfile, "build_context": build.context, "build_secrets": list(build.secrets)}
    made = render(copier, tmp_path / "made", bare.model_copy(update={**stated, "environments": [first]}))
    expected = replace(build, platforms=(f"linux/{first.container_architecture}",)).commands('"$IMAGE"')
    assert commands_in((made / "DEPLOYMENT.md").read_text()) == list(expected)
    [arguments] = re.findall(r"build_arguments = (.*)", (made / "bootstrap/registry.tf").read_text())
    assert expected[0].partition(" --platform ")[2].partition(" ")[2] == json.loads(arguments).strip().replace(
        '"$REPOSITORY:$VERSION"', '"$IMAGE"'
    )


def test_an_image_for_several_platforms_is_pushed_by_its_build() -> None:
    build = ImageBuild("Dockerfile", arguments={"MODE": "a b"}, platforms=("linux/arm64", "linux/amd64"))
    assert build.commands('"$IMAGE"') == (
        "docker buildx build --push --platform linux/amd64,linux/arm64 --file Dockerfile --build-arg 'MODE=a b' "
        '--tag "$IMAGE" .',
    )


def test_the_terraform_files_deploy_each_environment_with_the_same_scripts(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    target = TerraformBackend().target(load(Options(project=project))[0])
    assert (target.folder, target.environments) == ("infra/terraform", ("dev", "staging", "prod"))
    assert set(target.scripts) == {"deploy", "migrate", "rollback", "status", "logs", "run"}
    assert target.tools == ("aws",)
