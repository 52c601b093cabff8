"""What each runtime's files do when they run, as far as that can be seen without an engine."""

from __future__ import annotations

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.runtime_answers import runtime_answers
from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.details import Binding, DataFolder, FirstUser, FixedVariable, OptionalVariable, Page
from dazzle_infra.project.runtimes.languages import PYTHON as LANGUAGE
from dazzle_infra.project.runtimes.record import Commands, RuntimeRecord
from dazzle_infra.values.records import EntryPoint
from tests.support.compose import compose_config, write_dotenv
from tests.support.copiers import copier_of
from tests.support.docker import SHAPES, TEMPLATE, copier_template, render, shapes
from tests.support.lint import lint_dockerfile, lint_yaml
from tests.support.trees import build_tree, read_tree

__all__ = ["copier_template", "shapes"]

LEFTOVERS = {".env", "deep/.env.local", "deep/.git/config"}
NODE = {*LEFTOVERS, "deep/node_modules/x/index.js"}
PYTHON = {*LEFTOVERS, "deep/__pycache__/x.pyc", "deep/y.pyc"}
WANTED = {"a.txt", "deep/env.py", "deep/.envrc", "deep/more/b.txt"}


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Serve that status at `/up` and 500 at all else, and yield the port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/up" else 500)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def check(directory: Path, script: str, port: int) -> int:
    program = sys.executable if script == "health.py" else shutil.which("node")
    if program is None:
        pytest.skip("no node on PATH")
    environment = {**os.environ, "PORT": str(port), "HEALTH_PATH": "/up"}
    command = [program, str(directory / script)]
    return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=30).returncode


@pytest.mark.parametrize(("shape", "script"), [("django", "health.py"), ("express", "health.cjs")])
@pytest.mark.parametrize(("status", "is_well"), [(200, True), (404, True), (400, True), (500, False), (503, False)])
def test_health_is_any_answer_but_an_error_of_the_application(
    shapes: dict[str, Path], shape: str, script: str, status: int, is_well: bool
) -> None:
    with answering(status) as port:
        assert (check(shapes[shape], script, port) == 0) is is_well


@pytest.mark.parametrize(("shape", "script"), [("fastapi", "health.py"), ("express", "health.cjs")])
def test_nothing_that_listens_is_not_healthy(shapes: dict[str, Path], shape: str, script: str) -> None:
    with answering(200) as port:
        pass
    assert check(shapes[shape], script, port) != 0


@pytest.mark.parametrize("shape", SHAPES)
def test_secrets_in_copied_folders_are_removed_before_the_image_takes_them(
    shapes: dict[str, Path], tmp_path: Path, shape: str
) -> None:
    leftovers = NODE if SHAPES[shape].language == "node" else PYTHON
    for folder in ("sources", "opt/app"):
        build_tree(tmp_path / folder, dict.fromkeys(leftovers | WANTED, ""))
    dockerfile = (shapes[shape] / "Dockerfile").read_text()
    (command,) = re.findall(r"(?m)^RUN (find /sources .*(?:\n .*)*)$", dockerfile)
    for folder in ("sources", "opt/app"):
        command = command.replace(f" /{folder}", f" '{tmp_path}/{folder}'")
    subprocess.run(["sh", "-ec", command], check=True, timeout=30)
    for folder in ("sources", "opt/app"):
        assert set(read_tree(tmp_path / folder)) == WANTED


@pytest.mark.parametrize("shape", SHAPES)
def test_the_image_takes_the_project_from_the_cleaned_stage_alone(shapes: dict[str, Path], shape: str) -> None:
    dockerfile = (shapes[shape] / "Dockerfile").read_text()
    last_stage = dockerfile[dockerfile.rindex("\nFROM ") :]
    copied = [line.split()[1] for line in last_stage.splitlines() if line.startswith("COPY ")]
    assert all(source.startswith("--from=") for source in copied)
    ignored = (shapes[shape] / "Dockerfile.dockerignore").read_text().splitlines()
    assert {"**/.env", "**/.env.*"} < set(ignored)
    assert "**" in ignored


@pytest.mark.parametrize("shape", ["django", "fastapi", "express", "react"])
def test_another_runtime_reads_as_if_there_were_no_dazzle(shapes: dict[str, Path], shape: str) -> None:
    for path, content in read_tree(shapes[shape]).items():
        if path != ".copier-answers.yml":
            said = re.sub(rb"(?i)dazzle[ -]infra|dazzle\.toml", b"", content)
            assert b"dazzle" not in said.lower(), path


@pytest.mark.parametrize(
    ("shape", "change", "told"),
    [
        ("django", {"dependencies": "poetry"}, ["COPY pyproject.toml poetry.loc[k] ./", "poetry install --only main"]),
        (
            "express",
            {"dependencies": "yarn", "package_manager": "yarn@4.18.1"},
            ["npm install --global --force @yarnpkg/cli-dist@4.18.1", "yarn workspaces focus --all --production"],
        ),
        (
            "react",
            {"dependencies": "yarn", "package_manager": "yarn@4.18.1"},
            ["YARN_NODE_LINKER=node-modules", "yarn install --immutable"],
        ),
        (
            "express",
            {"dependencies": "yarn", "package_manager": "yarn@1.22.22"},
            ["npm install --global --force yarn@1.22.22", "yarn install --frozen-lockfile --production"],
        ),
    ],
)
def test_packages_come_by_the_manager_that_reads_the_lock(
    copier: CopierFixture, tmp_path: Path, shape: str, change: dict[str, str], told: list[str]
) -> None:
    made = render(copier, tmp_path, SHAPES[shape].model_copy(update=change))
    dockerfile = (made / "Dockerfile").read_text()
    assert [line for line in told if line not in dockerfile] == []
    sent = (made / "Dockerfile.dockerignore").read_text().splitlines()
    assert ("!poetry.lock" if "poetry" in change.values() else "!yarn.lock") in sent


FLASK = RuntimeRecord(
    name="flask",
    title="Flask",
    language=LANGUAGE,
    package="flask",
    commands=lambda project, declared, port: Commands(serve=("waitress-serve", f"--port={port}", "app:app")),
    paths=LANGUAGE.paths,
    placeholder="app.py",
    imports=("flask", "waitress"),
    bindings=(Binding("APP_PORT", "port"), Binding("APP_URL", "public_url"), Binding("MAIL_SERVER", "smtp_host")),
    fixed_variables=(FixedVariable("FLASK_PROXIES", "$1", purpose="Trusted proxies", because="One proxy is trusted."),),
    optional_variables=(
        OptionalVariable("FLASK_DEBUG", "1", "Debugger.", program="flask"),
        OptionalVariable("THREADS", "4", "Threads."),
    ),
    secret_reasons={"SECRET_KEY": "Flask, to sign sessions"},
    data_folders=(DataFolder("/app/instance", "uploads"), DataFolder("/app/var", "caches")),
    pages=(Page("Application", "/"), Page("Metrics", "/metrics")),
    webhook_path="/hooks/",
    first_user=FirstUser(("flask", "create-user"), "Create a first user:"),
)


@pytest.fixture(scope="module")
def of_flask(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render the stack of a runtime that the template does not know."""
    command = list(FLASK.commands(Path(), Declared(), 8000).serve)
    answers = DockerAnswers(
        **runtime_answers(FLASK, command),
        dependencies="requirements",
        copy_paths=["app.py"],
        entry_points=[
            EntryPoint(name="web", command=command),
            EntryPoint(name="admin", command=["flask", "admin"], port=9000),
        ],
        runs_migrations=False,
        mail=True,
        webhooks=True,
        secrets=["POSTGRES_PASSWORD", "SECRET_KEY"],
    )
    return render(copier_of(TEMPLATE), tmp_path_factory.mktemp("flask"), answers)


def test_another_runtime_needs_no_change_of_the_template(of_flask: Path) -> None:
    write_dotenv(of_flask)
    model = compose_config(of_flask)
    web = model["services"]["web"]
    environment = web["environment"]
    assert environment["APP_PORT"] == "8000"
    assert environment["APP_URL"] == "http://localhost:8000"
    assert environment["MAIL_SERVER"] == "mail"
    assert model["services"]["admin"]["environment"]["APP_PORT"] == "9000"
    assert environment["FLASK_PROXIES"] == "$$1"
    assert not {"DAZZLE_SITE_URL", "SMTP_HOST", "PORT"} & set(environment)
    assert {volume["target"]: volume["source"] for volume in web["volumes"] if volume["type"] == "volume"} == {
        "/app/instance": "app-data",
        "/app/var": "app-data-2",
    }
    assert {"app-data", "app-data-2"} < set(model["volumes"])
    assert web["healthcheck"]["test"] == ["CMD", "python", "-IS", "/opt/app/health.py"]
    assert list(lint_yaml(of_flask)) == []
    (of_flask / ".env").unlink()


def test_the_image_of_another_runtime_serves_by_its_command_and_keeps_its_folders(of_flask: Path) -> None:
    dockerfile = (of_flask / "Dockerfile").read_text()
    assert lint_dockerfile(of_flask / "Dockerfile") == ""
    assert 'CMD ["waitress-serve", "--port=8000", "app:app"]' in dockerfile
    assert 'python -c "import flask, waitress"' in dockerfile
    assert "RUN mkdir -p /app/instance /app/var && chown -R 10001:10001 /app/instance /app/var" in dockerfile
    assert "VOLUME" not in dockerfile


def test_the_texts_of_another_runtime_name_its_pages_and_settings(of_flask: Path) -> None:
    readme, example = (of_flask / "README.md").read_text(), (of_flask / "dev.env.example").read_text()
    assert "| Metrics | <http://localhost:8000/metrics> |" in readme
    assert "| Webhooks | below <http://localhost:8000/hooks/> |" in readme
    assert (
        "Create a first user:\n\n```sh\ndocker compose --project-directory infra/docker exec web flask create-user"
        in readme
    )
    assert "# Threads.\n# THREADS=4\n" in example
    assert "FLASK_DEBUG" not in example
    assert "# Required by: Flask, to sign sessions\nSECRET_KEY=\n" in example
    assert "# Trusted proxies: FLASK_PROXIES\n" in example
    for path, content in read_tree(of_flask).items():
        if path in {".copier-answers.yml", ".env"}:
            continue
        said = re.sub(rb"(?i)dazzle[ -]infra|dazzle\.toml", b"", content)
        assert b"dazzle" not in said.lower(), path
