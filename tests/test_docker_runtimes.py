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

from tests.support.docker import SHAPES, copier_template, render, shapes
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
    leftovers = NODE if SHAPES[shape].runtime in {"express", "react"} else PYTHON
    for folder in ("sources", "migrations"):
        build_tree(tmp_path / folder, dict.fromkeys(leftovers | WANTED, ""))
    dockerfile = (shapes[shape] / "Dockerfile").read_text()
    (command,) = re.findall(r"(?m)^RUN (find /sources .*(?:\n .*)*)$", dockerfile)
    for folder in ("sources", "migrations"):
        command = command.replace(f" /{folder} ", f" '{tmp_path}/{folder}' ")
    subprocess.run(["sh", "-ec", command], check=True, timeout=30)
    assert set(read_tree(tmp_path / "sources")) == WANTED
    if SHAPES[shape].runtime == "dazzle":
        assert set(read_tree(tmp_path / "migrations")) == WANTED


@pytest.mark.parametrize("shape", SHAPES)
def test_the_image_takes_the_project_from_the_cleaned_stage_alone(shapes: dict[str, Path], shape: str) -> None:
    dockerfile = (shapes[shape] / "Dockerfile").read_text()
    last_stage = dockerfile[dockerfile.rindex("\nFROM ") :]
    copied = [line.split()[1] for line in last_stage.splitlines() if line.startswith("COPY ")]
    directory = SHAPES[shape].directory
    assert all(source.startswith(("--from=", f"{directory}/")) for source in copied)
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
