"""`--check-tools`: what is missing is said, and the files are made."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dazzle_infra.backends.server.tools import server_tools
from tests.support.cli import run_here, small_project
from tests.support.trees import build_tree


def without_tools(folder: Path) -> Path:
    """Make a folder of all commands of this machine but those that run what is made."""
    folder.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for command in Path(place).glob("*"):
            if not command.name.startswith(("docker", "terraform", "tofu")):
                (folder / command.name).unlink(missing_ok=True)
                (folder / command.name).symlink_to(command)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", ["docker", "all"])
def test_check_tools_says_what_is_missing_and_makes_the_files_all_the_same(tmp_path: Path, command: str) -> None:
    project = small_project(tmp_path / "project")
    surroundings = {"PATH": str(without_tools(tmp_path / "bin"))}
    told = run_here(command, "--check-tools", "--json", "--dry-run", cwd=project, environment=surroundings).json
    ran = run_here(command, "--check-tools", cwd=project, environment=surroundings)
    assert ran.status == 0, ran.err
    assert (project / "infra/docker/compose.yaml").exists()
    assert any("docker" in line and "missing" in line for line in ran.out.splitlines())
    assert "generating the files does not need it" in ran.out
    doctor = run_here("doctor", "--json", cwd=project, environment=surroundings).json
    assert told["tools"]
    assert all(tool in doctor["findings"] for tool in told["tools"])
    assert [tool["name"] for tool in told["tools"]] == (["docker"] if command == "docker" else ["docker", "terraform"])


@pytest.mark.slow
def test_check_tools_is_answered_where_the_files_exist_already(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    surroundings = {"PATH": str(without_tools(tmp_path / "bin"))}
    assert run_here("docker", cwd=project).status == 0
    ran = run_here("docker", "--check-tools", cwd=project, environment=surroundings)
    assert ran.status == 5
    assert "infra/docker exists already" in ran.err
    assert any("docker" in line and "missing" in line for line in ran.out.splitlines())
    told = run_here("docker", "--check-tools", "--json", cwd=project, environment=surroundings)
    assert (told.status, told.json["code"]) == (5, "nothing_to_do")
    assert [tool["name"] for tool in told.json["tools"]] == ["docker"]
    assert "tools" not in run_here("docker", "--json", cwd=project).json


@pytest.mark.slow
@pytest.mark.parametrize(
    ("compose", "engine", "missing"),
    [
        ("echo 2.32.2", "echo 28.0.1", set()),
        ("echo 2.32.1", "echo 28.0.1", {"docker compose"}),
        ("echo 2.40.1", "exit 1", {"docker engine"}),
        ("exit 1", "exit 1", {"docker compose", "docker engine"}),
    ],
)
def test_check_tools_knows_which_compose_and_whether_an_engine_answers(
    tmp_path: Path, compose: str, engine: str, missing: set[str]
) -> None:
    told = f'"compose version") {compose};;\n"version "*) {engine};;\n*) echo Docker version 28.0.1;;'
    script = f'#!/bin/sh\ncase "$1 $2" in\n{told}\nesac\n'
    tools = build_tree(tmp_path / "bin", {"docker": script.encode()})
    (tools / "docker").chmod(0o755)
    project = small_project(tmp_path / "project")
    ran = run_here(
        "docker",
        "--check-tools",
        "--json",
        cwd=project,
        environment={"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"},
    )
    assert ran.status == 0, ran.err
    assert {tool["name"] for tool in ran.json["tools"] if tool["meaning"]} == missing


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('echo "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024" >&2', "9.2"),
        ('echo "Dropbear v2024.86"; echo "a warning of 1.2.3" >&2', "2024.86"),
        ('echo "OpenSSH_9.2p1" >&2; exit 1', None),
    ],
)
def test_a_version_is_found_on_standard_output_or_else_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, found: str | None
) -> None:
    tools = build_tree(tmp_path, {"ssh": f"#!/bin/sh\n{script}\n".encode()})
    (tools / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/bin")
    ssh = server_tools()[0]
    assert (ssh.name, ssh.found) == ("ssh", found)
    assert ssh.is_well is (found is not None)
