"""Checks of written files by tools of the machine: which run, what is reported, and that no file changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dazzle_infra.hooks import tool_checks
from tests.support.cli import MANIFEST, Ran, run_here, small_project
from tests.support.trees import build_tree

TOOL = f"""\
#!{sys.executable}
import os, pathlib, sys
log = pathlib.Path(os.environ["TOOL_LOG"])
words = [pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]
with log.open("a") as stream:
    stream.write(" ".join(words) + "\\n")
text = os.environ.get("TOOL_FAILS_" + words[0].upper())
if text and "version" not in words and "--version" not in words:
    print(text, file=sys.stdout if text.endswith(".tf") else sys.stderr)
    sys.exit(1)
print("9.9.9")
"""


@pytest.fixture(autouse=True)
def _tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a docker and a terraform on PATH that write down how they are called."""
    folder = build_tree(tmp_path / "bin", {"docker": TOOL, "terraform": TOOL})
    for name in ("docker", "terraform"):
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{Path(sys.executable).parent}:/usr/bin:/bin")
    monkeypatch.setenv("TOOL_LOG", str(tmp_path / "log"))
    monkeypatch.setattr(
        tool_checks, "find_tool", lambda names: next((found for name in names if (found := shutil.which(name))), None)
    )


def project_of(folder: Path, hooks: str = "") -> Path:
    return small_project(folder / "p", MANIFEST + hooks)


def checks(folder: Path) -> list[str]:
    """Return the calls that are checks, sorted."""
    log = folder / "log"
    lines = log.read_text().splitlines() if log.exists() else []
    looked_up = ("docker ps ", "docker volume ")
    return sorted(line for line in lines if "ersion" not in line and not line.startswith(looked_up))


def test_the_tools_that_are_there_check_what_is_written(tmp_path: Path) -> None:
    assert run_here("all", "-q", cwd=project_of(tmp_path)).status == 0
    assert checks(tmp_path) == ["docker compose config --quiet", "terraform fmt -check -recursive -no-color"]


@pytest.mark.parametrize("arguments", [("all", "--dry-run"), ("plan",), ("check",), ("update",)])
def test_nothing_is_checked_where_nothing_is_written(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    project = project_of(tmp_path)
    if arguments[0] != "all":
        run_here("all", "-q", cwd=project)
        (tmp_path / "log").unlink()
    assert run_here(*arguments, cwd=project).status == 0
    assert checks(tmp_path) == []


def test_a_skipped_check_does_not_run(tmp_path: Path) -> None:
    skipped = '[infra.hooks]\nskip = ["compose_config", "terraform_fmt"]\n'
    assert run_here("all", "-q", cwd=project_of(tmp_path, skipped)).status == 0
    assert checks(tmp_path) == []


def failing(folder: Path, tool: str, text: str, command: str) -> Ran:
    return run_here(command, "--json", cwd=project_of(folder), environment={f"TOOL_FAILS_{tool}": text})


def test_what_compose_refuses_is_a_warning(tmp_path: Path) -> None:
    ran = failing(tmp_path, "DOCKER", "services.web.ports must be a list", "docker")
    assert (ran.status, ran.json["ok"]) == (0, True)
    message = "docker compose config: services.web.ports must be a list"
    assert f"warning: docker: hook compose_config reports a problem: {message}\n" in ran.err
    assert ran.json["backends"][0]["hooks"] == [
        {"name": "compose_config", "phase": "after", "success": False, "message": message, "display": []}
    ]


def test_files_of_another_layout_are_named_and_not_changed(tmp_path: Path) -> None:
    ran = failing(tmp_path, "TERRAFORM", "modules/app/main.tf", "terraform")
    assert ran.status == 0
    assert (
        "the layout of modules/app/main.tf differs from that of `terraform fmt -recursive infra/terraform`" in ran.err
    )


def test_a_secret_in_what_a_tool_prints_is_masked(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    build_tree(project, {"infra/docker/.env": "POSTGRES_PASSWORD=abcdef0123456789\n"})
    ran = run_here("docker", cwd=project, environment={"TOOL_FAILS_DOCKER": "bad password abcdef0123456789"})
    assert ran.status == 0, ran.err
    assert "abcdef0123456789" not in ran.out + ran.err
    assert "bad password ****" in ran.err


@pytest.mark.parametrize("is_tracked", [False, True])
def test_validate_runs_where_terraform_was_initialised_on_this_machine(tmp_path: Path, is_tracked: bool) -> None:
    project = project_of(tmp_path)
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    assert run_here("terraform", "-q", cwd=project).status == 0
    build_tree(project, {"infra/terraform/envs/dev/.terraform/providers/x": "a provider"})
    if is_tracked:
        subprocess.run(["git", "add", "--force", "infra/terraform/envs/dev/.terraform"], cwd=project, check=True)
    (tmp_path / "log").unlink()
    model = project / "appspec.json"
    model.write_text(model.read_text().replace("Ticket Desk", "Desk"))
    assert run_here("update", cwd=project).status == 0
    validated = "terraform -chdir=envs/dev validate -no-color" in checks(tmp_path)
    assert validated is not is_tracked
