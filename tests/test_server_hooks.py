"""What `server` prints after its files: the page to read, the command to run, and a missing Dockerfile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project
from tests.support.trees import build_tree

PROJECT = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
MACHINE = '[infra.server.env.production]\nhost = "203.0.113.10"\ndomain_name = "desk.example"\n'


def steps(project: Path, command: str = "server") -> list[str]:
    """Return the next steps that a command prints."""
    ran = run_here(command, cwd=project)
    assert ran.status == 0, ran.err
    lines = ran.out.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("Next"))
    return [line[7:].strip() for line in lines[start:] if line.startswith(("Next", "       "))]


@pytest.mark.slow
@pytest.mark.parametrize("machine", ["", MACHINE])
def test_the_first_step_is_the_page(tmp_path: Path, machine: str) -> None:
    project = build_tree(small_project(tmp_path, f"{PROJECT}dockerfile = 'Dockerfile'\n{machine}"), {"Dockerfile": b""})
    assert steps(project) == ["read infra/server/DEPLOYMENT.md"]
    assert (project / "infra/server/DEPLOYMENT.md").is_file()


@pytest.mark.slow
def test_a_missing_dockerfile_is_a_warning_and_a_step_until_it_exists(tmp_path: Path) -> None:
    project = small_project(tmp_path, f"{PROJECT}{MACHINE}")
    ran = run_here("server", cwd=project)
    assert "infra/docker/Dockerfile does not exist: run `dazzle-infra docker`" in ran.err
    assert "       dazzle-infra docker\n" in ran.out
    assert ran.status == 0
    assert run_here("docker", cwd=project).status == 0
    (project / "infra/server/README.md").unlink()
    again = run_here("server", cwd=project)
    assert "does not exist" not in again.err


@pytest.mark.slow
def test_without_a_backend_that_builds_the_image_the_table_is_named(tmp_path: Path) -> None:
    project = small_project(tmp_path, f"{PROJECT}backends = ['server']\n{MACHINE}")
    ran = run_here("server", cwd=project)
    assert (
        "nothing builds the image, and Dockerfile does not exist: state your Dockerfile in [infra] dockerfile"
        in ran.err
    )
    own = build_tree(small_project(tmp_path / "own", f"{PROJECT}backends = ['server']\n"), {"Dockerfile": b""})
    assert "Dockerfile" not in run_here("server", cwd=own).err


@pytest.mark.slow
def test_all_writes_the_dockerfile_before_it_is_looked_for(tmp_path: Path) -> None:
    project = small_project(tmp_path, f"{PROJECT}backends = ['docker', 'server']\n")
    ran = run_here("all", cwd=project)
    assert ran.status == 0
    assert "Dockerfile does not exist" not in ran.err


@pytest.mark.slow
def test_the_machine_of_an_environment_that_leaves_is_named(tmp_path: Path) -> None:
    two = f"{PROJECT}backends = ['server']\n[infra.server]\nenvironments = ['production', 'staging']\n"
    project = small_project(tmp_path, two + "[infra.server.env.staging]\nhost = '203.0.113.11'\n")
    assert run_here("server", cwd=project).status == 0
    refused = run_here("update", "--retire", "staging", cwd=project)
    assert refused.status == 2
    assert "remove it from [infra.server] environments first" in refused.err
    (project / "dazzle.toml").write_text(f"{PROJECT}backends = ['server']\n")
    told = run_here("plan", cwd=project)
    assert "the machine of staging (203.0.113.11) and its data stay" in " ".join(told.out.split())
    assert len(run_here("plan", "--json", cwd=project).json["backends"][0]["remains"]) == 1
    needless = run_here("update", "--retire", "staging", cwd=project)
    assert "removes the files of staging of server without --retire" in " ".join(needless.err.split())
    assert run_here("update", cwd=project).status == 0
    assert not (project / "infra/server/environments/staging.sh").exists()
