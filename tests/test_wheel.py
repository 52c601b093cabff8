"""The package as people get it: a wheel in a fresh environment, used from end to end, far from its sources."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "02-ticket-desk"

pytestmark = pytest.mark.slow


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
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel, built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    sources = folder / "sources"
    sources.mkdir()
    for name in ("dazzle_infra", "pyproject.toml", "README.md"):
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, sources)
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, sources, cwd=folder)
    [built] = folder.glob("dazzle_infra-*.whl")
    return built


@pytest.fixture(scope="module")
def fresh(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment that has the wheel and what it needs, no more."""
    folder = tmp_path_factory.mktemp("fresh")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return folder / "bin"


def test_the_wheel_holds_the_package_and_the_releases_of_both_templates(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for template in ("docker", "terraform"):
        assert f"dazzle_infra/templates/bundles/{template}/v1.0.0.bundle" in names
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2
    assert "dazzle_infra" in tops


def test_a_fresh_environment_makes_checks_and_updates_a_project(fresh: Path, tmp_path: Path) -> None:
    project = shutil.copytree(EXAMPLE, tmp_path / "project")
    model = ("--appspec", "appspec.json.gz")
    assert "infra/terraform" in run("dazzle", "infra", "all", *model, cwd=project, path=fresh)
    assert run("dazzle-infra", "check", *model, cwd=project, path=fresh) == ""
    readme = project / "infra" / "docker" / "README.md"
    readme.write_text(readme.read_text() + "\nOurs.\n")
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text().replace("container_image", 'region = "eu-west-1"\ncontainer_image'))
    run("dazzle-infra", "update", *model, cwd=project, path=fresh)
    assert "eu-west-1" in (project / "infra/terraform/envs/dev/terraform.tfvars").read_text()
    assert readme.read_text().endswith("\nOurs.\n")


def test_plain_git_and_plain_copier_know_the_templates_there(fresh: Path, tmp_path: Path) -> None:
    run("git", "clone", "--quiet", "dazzle-infra://docker", "mine", cwd=tmp_path, path=fresh)
    assert "v1.0.0" in run("git", "tag", cwd=tmp_path / "mine").split()
    source = "git+dazzle-infra://docker"
    run("copier", "copy", "--quiet", "--defaults", source, "out", cwd=tmp_path, path=fresh)
    assert (tmp_path / "out" / "Dockerfile").is_file()
