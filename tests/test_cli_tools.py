"""`--check-tools`: what is missing is said, and the files are made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.cli import run_cli, small_project
from tests.support.trees import build_tree


@pytest.mark.parametrize("command", ["docker", "all"])
def test_check_tools_says_what_is_missing_and_makes_the_files_all_the_same(tmp_path: Path, command: str) -> None:
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").symlink_to(git)
    project = small_project(tmp_path / "project")
    surroundings = {"PATH": str(tmp_path / "bin")}
    ran = run_cli(command, "--check-tools", cwd=project, environment=surroundings)
    assert ran.status == 0, ran.err
    assert (project / "infra/docker/compose.yaml").exists()
    assert any("docker" in line and "missing" in line for line in ran.out.splitlines())
    assert "files are made without it" in ran.out
    told = run_cli(command, "--check-tools", "--json", cwd=project, environment=surroundings).json
    doctor = run_cli("doctor", "--json", cwd=project, environment=surroundings).json
    assert told["tools"]
    assert all(tool in doctor["findings"] for tool in told["tools"])
    assert [tool["name"] for tool in told["tools"]] == (["docker"] if command == "docker" else ["docker", "terraform"])


@pytest.mark.parametrize(
    ("compose", "engine", "missing"),
    [
        ("echo 2.24.0", "echo 28.0.1", set()),
        ("echo 2.23.9", "echo 28.0.1", {"docker compose"}),
        ("echo 2.30.1", "exit 1", {"docker engine"}),
        ("exit 1", "exit 1", {"docker compose", "docker engine"}),
    ],
)
def test_check_tools_knows_which_compose_and_whether_an_engine_answers(
    tmp_path: Path, compose: str, engine: str, missing: set[str]
) -> None:
    told = f'"compose version") {compose};;\n"version "*) {engine};;\n*) echo Docker version 28.0.1;;'
    script = f'#!/bin/sh\ncase "$1 $2" in\n{told}\nesac\n'
    git = shutil.which("git")
    assert git is not None
    tools = build_tree(tmp_path / "bin", {"docker": script.encode()})
    (tools / "docker").chmod(0o755)
    (tools / "git").symlink_to(git)
    (tools / "sh").symlink_to("/bin/sh")
    project = small_project(tmp_path / "project")
    ran = run_cli("docker", "--check-tools", "--json", cwd=project, environment={"PATH": str(tools)})
    assert ran.status == 0, ran.err
    assert {tool["name"] for tool in ran.json["tools"] if tool["meaning"]} == missing
