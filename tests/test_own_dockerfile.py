"""`[infra] dockerfile` and `[infra.commands]`: the project's own image in the stack that is generated around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.backend import DockerBackend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from tests.support.cli import SMALL, run_here, small_project
from tests.support.compose import compose_config, write_dotenv
from tests.support.docker import copier_template, render
from tests.support.lint import lint_yaml
from tests.support.runtimes import answered
from tests.support.trees import build_tree, read_tree

__all__ = ["copier_template"]

MANIFEST = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
COMMANDS = "\n[infra.commands]\nserve = 'serve --port 8000'\nmigrate = ['migrate']\nworker = 'work'\n"
BROKEN = {"Dockerfile": "FROM scratch\n", "requirements.txt": "-r /etc/base.txt\ndjango\n"}
RENDERED = {"Dockerfile", "Dockerfile.dockerignore", ".dockerignore", "health.py", "entrypoint.sh", "requirements.txt"}


def answers_of(project: Path, more: str = COMMANDS, runtime: str = "django") -> DockerAnswers:
    answers, _ = answered(project, f"dockerfile = 'Dockerfile'\nruntime = '{runtime}'\n{more}", BROKEN)
    return answers


@pytest.mark.parametrize("runtime", ["django", "dazzle", "express"])
@pytest.mark.parametrize("more", [COMMANDS, ""])
def test_only_the_stack_around_the_image_is_rendered(
    copier: CopierFixture, tmp_path: Path, runtime: str, more: str
) -> None:
    directory = render(copier, tmp_path, answers_of(tmp_path, more, runtime))
    assert not RENDERED & {path.split("/")[-1] for path in read_tree(directory)}
    assert list(lint_yaml(directory)) == []
    write_dotenv(directory)
    config = compose_config(directory)
    build = config["services"]["web"]["build"]
    assert (build["context"], build["dockerfile"], build.get("args")) == (str(tmp_path), "Dockerfile", None)
    # The image has its own health check, or none.
    assert "healthcheck" not in config["services"]["web"]
    if more:
        commands = {name: config["services"][name]["command"] for name in ("web", "migrate", "worker")}
        assert commands == {"web": ["serve", "--port", "8000"], "migrate": ["migrate"], "worker": ["work"]}
    else:
        assert config["services"]["web"].get("command") is None
        assert "migrate" not in config["services"]


def test_the_packages_of_the_project_are_not_looked_at(tmp_path: Path) -> None:
    build_tree(small_project(tmp_path, MANIFEST), BROKEN)
    refused = run_here("docker", "--dry-run", "--json", cwd=tmp_path)
    assert refused.status == 2
    assert "[infra] dockerfile" in refused.json["hint"]
    assert answers_of(tmp_path / "own").dockerfile == "Dockerfile"


def test_other_backends_learn_how_the_image_is_built(tmp_path: Path) -> None:
    build_tree(small_project(tmp_path, f"{MANIFEST}dockerfile = 'Dockerfile'\n", SMALL), BROKEN)
    image = DockerBackend().image(load(Options(project=tmp_path))[0])
    assert (image.dockerfile, image.context) == ("Dockerfile", ".")


def test_commands_replace_those_of_the_runtime_in_a_generated_image_too(tmp_path: Path) -> None:
    docker, terraform = answered(tmp_path, f"runtime = 'django'\n{COMMANDS}")
    assert docker.entry_points[0].command == terraform.entry_points[0].command == ["serve", "--port", "8000"]
    assert docker.migrate_command == terraform.migrate_command == ["migrate"]
    assert docker.worker_command == terraform.worker_command == ["work"]
    assert docker.develop_command == []
    assert docker.dockerfile == ""


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("dockerfile = 'gone'\n", 6, "the Dockerfile gone does not exist"),
        ("dockerfile = 'linked'\n", 6, "the Dockerfile linked is a link"),
        ("dockerfile = 'dsl'\n", 6, "the Dockerfile dsl is not a file"),
        ("dockerfile = '../Dockerfile'\n", 6, "must be inside the project"),
        ("dockerfile = '/Dockerfile'\n", 6, "must be relative"),
        ("dockerfile = 'infra/docker/Dockerfile'\n", 6, "is in the output directory"),
        ("dockerfile = 'Dockerfile'\n[infra.docker]\npython_version = '3.12'\n", 8, "has no effect"),
        ("dockerfile = 'Dockerfile'\n[infra.docker]\nbase_image = 'a:1'\n", 8, "has no effect"),
        ("dockerfile = 'Dockerfile'\n[infra.docker.system_packages]\nrun = ['git']\n", 7, "has no effect"),
        ("[infra.commands]\nmigrate = 'm'\n", 7, "contains its own migration"),
        ("worker_command = 'w'\n[infra.commands]\nworker = 'w'\n", 8, "state the same command"),
        ("[infra.commands]\nserve = 's'\n[infra.entry_points.web]\ncommand = 's'\n", 7, "state the same command"),
        ("[infra.commands]\ntest = 's'\n", 7, "unknown key"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    build_tree(small_project(tmp_path, MANIFEST + text), {"Dockerfile": "FROM scratch\n"})
    (tmp_path / "linked").symlink_to("Dockerfile")
    ran = run_here("docker", "--json", cwd=tmp_path)
    assert (ran.status, ran.json["where"]["line"], message in ran.json["message"] or ran.json) == (2, line, True)
    assert not (tmp_path / "infra").exists()
