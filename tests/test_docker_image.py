"""What `[infra.docker]` states of the image: Debian packages, secrets of the build and the base image."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from tests.support.cli import run_here, small_project
from tests.support.compose import compose_config
from tests.support.docker import SHAPES, copier_template, render
from tests.support.lint import lint_dockerfile
from tests.support.runtimes import answered
from tests.support.trees import build_tree

__all__ = ["copier_template"]

MANIFEST = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
STATED = {
    "base_image": "registry.example:5000/base/python:3.12@sha256:" + "0" * 64,
    "build_system_packages": ["gcc", "libpq-dev"],
    "run_system_packages": ["libpq5"],
    "build_secrets": ["INDEX_TOKEN", "INDEX_USER"],
}


@pytest.mark.parametrize("shape", ["typical", "django", "express", "react"])
def test_every_language_has_the_packages_the_secrets_and_the_base(
    copier: CopierFixture, tmp_path: Path, shape: str
) -> None:
    answers = DockerAnswers.model_validate({**SHAPES[shape].model_dump(), **STATED})
    directory = render(copier, tmp_path, answers)
    dockerfile = (directory / "Dockerfile").read_text()
    assert f"_IMAGE={STATED['base_image']}\n" in dockerfile
    assert "install --no-install-recommends --yes gcc libpq-dev" in dockerfile
    assert ("--yes libpq5" in dockerfile) is (shape != "react")
    assert dockerfile.count("--mount=type=secret,id=INDEX_TOKEN,required=true") == 1
    assert lint_dockerfile(directory / "Dockerfile") == ""
    environment = {**dict.fromkeys([*answers.secrets, *answers.build_secrets], "hunter2")}
    (directory / ".env").write_text("".join(f"{name}={value}\n" for name, value in environment.items()))
    config = compose_config(directory)
    assert {one["source"] for one in config["services"]["web"]["build"]["secrets"]} == {"INDEX_TOKEN", "INDEX_USER"}
    assert config["secrets"]["INDEX_TOKEN"]["environment"] == "INDEX_TOKEN"
    # The running application does not get them.
    assert "INDEX_TOKEN" not in config["services"]["web"]["environment"]


def test_without_them_no_feature_of_buildkit_is_used(copier: CopierFixture, tmp_path: Path) -> None:
    dockerfile = (render(copier, tmp_path, DockerAnswers()) / "Dockerfile").read_text()
    assert "--mount" not in dockerfile
    assert "apt-get" not in dockerfile


def test_the_keys_become_answers(tmp_path: Path) -> None:
    manifest = (
        '[infra.docker]\nbase_image = "python:3.13-slim"\nbuild_secrets = ["B", "A"]\n'
        'system_packages = { build = ["libpq-dev", "gcc"], run = ["libpq5=15.8-0+deb12u1"] }\n'
    )
    answers, _ = answered(tmp_path, manifest)
    assert answers.base_image == "python:3.13-slim"
    assert (answers.build_system_packages, answers.run_system_packages) == (
        ["gcc", "libpq-dev"],
        ["libpq5=15.8-0+deb12u1"],
    )
    assert answers.build_secrets == ["A", "B"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('base_image = "python"', "must be an image with a tag or a digest"),
        ('base_image = "Python:3"', "must be an image with a tag or a digest"),
        ('base_image = "python:3 AS x"', "must be an image with a tag or a digest"),
        ('build_secrets = ["NPM-TOKEN"]', "must be the name of an environment variable"),
        ('build_secrets = ["A", "A"]', "must not contain duplicates"),
        ('system_packages = { build = ["gcc; rm -rf /"] }', "must be the name of a Debian package"),
        ('system_packages = { run = ["-y"] }', "must be the name of a Debian package"),
        ('system_packages = { test = ["gcc"] }', "unknown key"),
    ],
)
def test_what_is_no_package_secret_or_image_is_refused(tmp_path: Path, line: str, message: str) -> None:
    small_project(tmp_path, f"{MANIFEST}\n[infra.docker]\n{line}\n")
    ran = run_here("docker", "--json", cwd=tmp_path)
    assert (ran.status, ran.json["code"], ran.json["where"]["line"]) == (2, "manifest", 8)
    assert message in ran.json["message"]


def test_proposals_are_warnings_until_the_keys_are_set(tmp_path: Path) -> None:
    build_tree(
        small_project(tmp_path, MANIFEST),
        {"requirements.txt": b"django\npsycopg2\n--index-url https://${T}@i.example/x\n"},
    )
    first = run_here("docker", "--dry-run", cwd=tmp_path)
    assert "requirements.txt:2 declares psycopg2, which requires Debian packages" in first.err
    assert 'build = ["gcc", "libc6-dev", "libpq-dev"], run = ["libpq5"]' in first.err
    assert "requirements.txt:3 reads T: add it to [infra.docker] build_secrets" in first.err
    packages = '{ build = ["gcc", "libc6-dev", "libpq-dev"], run = ["libpq5"] }'
    settings = f'\n[infra.docker]\nbuild_secrets = ["T"]\nsystem_packages = {packages}\n'
    build_tree(tmp_path, {"dazzle.toml": f"{MANIFEST}{settings}".encode()})
    second = run_here("docker", "--dry-run", cwd=tmp_path)
    assert "psycopg2" not in second.err
    assert "reads T" not in second.err
