"""What a package page, a source distribution, pre-commit and contributors get."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.cli import small_project
from tests.support.environments import ROOT
from tests.support.installers import Workbench

STANDALONE = ROOT / "packages" / "dazzle-infra-standalone"
IGNORED = {".ci", ".git", ".gitignore", ".github"}


def project_table(folder: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return table


@pytest.mark.parametrize("folder", [ROOT, STANDALONE], ids=["infra", "standalone"])
def test_a_readme_has_no_link_that_a_package_page_would_break(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)|^\[[^\]]+\]:\s*(\S+)", text, re.MULTILINE)
    relative = [link for pair in links for link in pair if link and not link.startswith(("https://", "#"))]
    assert relative == []
    for name in re.findall(r"^- ([\w./-]+): ", text, re.MULTILINE):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("folder", [ROOT, STANDALONE], ids=["infra", "standalone"])
def test_both_packages_are_under_the_license_of_the_repository(folder: Path) -> None:
    project = project_table(folder)
    assert project["license"] == "MIT"
    assert project["license-files"] == ["LICENSE"]
    assert project["authors"] == [{"name": "dazzle-infra maintainers"}]
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_every_file_of_the_repository_is_in_the_source_distribution() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("these sources are no clone of the repository")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    tops = {name.split("/")[0] for name in listed if name} - IGNORED
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = {name.removeprefix("/") for name in table["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]}
    assert tops - {"pyproject.toml"} == included


def test_the_repository_holds_regular_files_that_it_does_not_ignore() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("these sources are no clone of the repository")
    stages = subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line for line in stages.stdout.splitlines() if not line.startswith("100")] == []
    ignored = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    assert subprocess.run(ignored, cwd=ROOT, capture_output=True, text=True, check=True).stdout == ""


def test_the_commands_of_contributors_hooks_are_installed_by_make() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    dev = " ".join(project_table(ROOT)["optional-dependencies"]["dev"])
    for repo in config["repos"]:
        assert repo["repo"] == "local"
        for hook in repo["hooks"]:
            folder, name = hook["entry"].split()[0].rsplit("/", 1)
            assert folder == ".venv/bin"
            assert f"{name}>=" in dev


@pytest.mark.slow
def test_a_wheel_can_be_built_from_the_source_distribution(tmp_path: Path) -> None:
    if shutil.which("uv", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("uv is not installed beside this interpreter")
    uv = Path(sys.executable).with_name("uv")
    bench = Workbench(tmp_path, {"UV_CACHE_DIR": str(tmp_path / "cache"), "UV_PYTHON": sys.executable})
    for folder in (ROOT, STANDALONE):
        bench.run(uv, "build", "--quiet", "--out-dir", tmp_path / "out", folder)
    (sources,) = (tmp_path / "out").glob("dazzle_infra-*.tar.gz")
    with tarfile.open(sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "SECURITY.md", "startup/dazzle_infra_mount.pth", ".pre-commit-hooks.yaml"} <= names
    assert len(list((tmp_path / "out").glob("*.whl"))) == 2


@pytest.mark.slow
def test_the_hook_of_pre_commit_fails_where_changes_are_pending(tmp_path: Path) -> None:
    pre_commit = shutil.which("pre-commit", path=str(Path(sys.executable).parent))
    if pre_commit is None:
        pytest.skip("pre-commit is not installed beside this interpreter")
    if not (ROOT / ".git").exists():
        pytest.skip("these sources are no clone of the repository")
    repository = tmp_path / "repository"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(repository)], check=True)
    project = small_project(tmp_path / "project")
    bench = Workbench(project, {"PRE_COMMIT_HOME": str(tmp_path / "home")})
    bench.run(Path(sys.executable).parent / "dazzle-infra", "docker", "--quiet")
    for words in (["init", "--quiet"], ["add", "."]):
        bench.run("git", *words)
    hook = [pre_commit, "try-repo", str(repository), "dazzle-infra-check", "--all-files"]
    assert "Passed" in bench.run(*hook)
    model = (project / "appspec.json").read_text()
    (project / "appspec.json").write_text(model.replace('"kind": "str"', '"kind": "file"'))
    assert "exit code: 3" in bench.run(*hook, status=1)
