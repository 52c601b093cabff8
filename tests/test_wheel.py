"""The package as people get it: a wheel in a fresh environment, used from end to end, far from its sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.environments import ROOT
from tests.support.installers import Wheels, build_wheels

EXAMPLE = ROOT / "examples" / "02-ticket-desk"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*command: str | Path, cwd: Path, path: Path | None = None) -> str:
    """Run a command that must work; return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHONPATH"))}
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Wheels:
    return build_wheels(tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="module")
def fresh(wheels: Wheels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment that has the wheels and what they need, no more."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheels.infra, wheels.standalone, cwd=folder)
    return folder / "bin"


def test_the_wheel_holds_the_package_and_the_releases_of_both_templates(wheels: Wheels) -> None:
    names = zipfile.ZipFile(wheels.infra).namelist()
    for template in ("docker", "terraform"):
        assert f"dazzle_infra/templates/bundles/{template}/v1.0.0.bundle" in names
        assert f"dazzle_infra/templates/bundles/{template}/v1.0.0.answer-fields.yml" in names
    start_up = {path.name for path in (ROOT / "startup").iterdir() if path.is_file()}
    assert start_up == {"_dazzle_infra_mount.py", "dazzle_infra_mount.pth", "dazzle_infra_mount.start"}
    (metadata,) = {name.split("/")[0] for name in names} - {"dazzle_infra"} - start_up
    assert {name for name in names if name.endswith(".pth")} == {"dazzle_infra_mount.pth"}
    assert f"{metadata}/licenses/LICENSE" in names
    assert {f"dazzle_infra/docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} <= set(names)


def test_the_wheels_state_author_and_license_and_no_script_of_dazzle_but_standalone(wheels: Wheels) -> None:
    for path, has_dazzle in ((wheels.infra, False), (wheels.standalone, True)):
        with zipfile.ZipFile(path) as wheel:
            (metadata,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            text = wheel.read(metadata).decode()
            scripts = wheel.read(metadata.replace("METADATA", "entry_points.txt")).decode()
        assert "License-Expression: MIT\n" in text
        assert "Author: dazzle-infra maintainers\n" in text
        assert ("\ndazzle = " in scripts) == has_dazzle
        assert ("without Dazzle" in text.partition("\n\n")[0]) == has_dazzle


@pytest.mark.parametrize("command", [(), ("plan",), ("config",), ("template", "show")])
def test_the_help_names_a_page_that_is_installed(fresh: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    told = run("env", "COLUMNS=400", "dazzle-infra", *command, "--help", cwd=tmp_path, path=fresh)
    page = told.partition("Documentation: ")[2].split()[0].partition("#")[0]
    assert Path(page).is_absolute()
    assert Path(page).is_file()


def test_a_fresh_environment_makes_checks_and_updates_a_project(fresh: Path, tmp_path: Path) -> None:
    project = shutil.copytree(EXAMPLE, tmp_path / "project")
    model = ("--appspec", "appspec.json.gz")
    assert "infra/terraform" in run("dazzle", "infra", "all", *model, cwd=project, path=fresh)
    assert run("dazzle-infra", "check", *model, cwd=project, path=fresh) == ""
    readme = project / "infra" / "docker" / "README.md"
    readme.write_text(readme.read_text() + "\nOurs.\n")
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text().replace("ticket-desk:1.0.0", "ticket-desk:1.1.0"))
    run("dazzle-infra", "update", *model, cwd=project, path=fresh)
    assert "ticket-desk:1.1.0" in (project / "infra/terraform/envs/dev/terraform.tfvars").read_text()
    assert readme.read_text().endswith("\nOurs.\n")


def test_plain_git_and_plain_copier_know_the_templates_there(fresh: Path, tmp_path: Path) -> None:
    run("git", "clone", "--quiet", "dazzle-infra://docker", "mine", cwd=tmp_path, path=fresh)
    assert "v1.0.0" in run("git", "tag", cwd=tmp_path / "mine").split()
    source = "git+dazzle-infra://docker"
    run("copier", "copy", "--quiet", "--defaults", source, "out", cwd=tmp_path, path=fresh)
    assert (tmp_path / "out" / "Dockerfile").is_file()
