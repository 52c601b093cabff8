"""Answers files for Renovate's copier manager, by its published rules, and the workflow for forks.

The rules are those of Renovate's documentation and schema: the files' names, the two keys that are read, what counts as
a URL, and that versions are PEP 440.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from packaging.version import Version

from dazzle_infra.backends.docker.settings import docker_settings
from dazzle_infra.backends.terraform.settings import terraform_settings
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates import embedded_repository, resolve_template, versions_of
from dazzle_infra.templates.answers_file import ANSWERS_FILE, read_recorded
from tests.support.cli import run_here, small_project
from tests.support.manifests import manifest_in
from tests.support.releases import git

FILE_PATTERN = re.compile(r"(^|/)\.copier-answers(\..+)?\.ya?ml")
SSH_URL = re.compile(r"^git@[^:]*:(?P<repository>.+)$")
TEMPLATES = Path(__file__).parents[1] / "copier-templates"
ACTION = re.compile(r"^(?P<action>[\w.-]+/[\w.-]+)@[0-9a-f]{40}$")


def is_followed(source: str) -> bool:
    """Say whether Renovate takes `_src_path` for a repository that it can ask for tags."""
    return urlsplit(source).scheme in {"http", "https", "ssh"} or SSH_URL.match(source) is not None


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Serve a fork of the Docker template to every URL that a test may name."""
    git(tmp_path, "clone", "--quiet", "--bare", str(embedded_repository("docker")), "fork.git")
    newest = versions_of(tmp_path / "fork.git")[-1]
    house = git(tmp_path / "fork.git", "commit-tree", "-p", newest, "-m", "house", f"{newest}^{{tree}}").strip()
    git(tmp_path / "fork.git", "tag", f"{newest}+acme.1", house)
    configuration = tmp_path / "gitconfig"
    for url in ("https://git.example.com/acme/infra-docker", "git@git.example.com:acme/infra-docker", "ssh://git@x/d"):
        key = f"url.{(tmp_path / 'fork.git').as_uri()}.insteadOf"
        for suffix in ("", ".git"):
            git(tmp_path, "config", "--file", str(configuration), "--add", key, f"{url}{suffix}")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(configuration))
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "fork.git"


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example.com/acme/infra-docker.git",
        "git@git.example.com:acme/infra-docker.git",
        "git@git.example.com:acme/infra-docker",
        "ssh://git@x/d.git",
    ],
)
def test_an_answers_file_of_a_url_is_one_that_renovate_follows(server: Path, tmp_path: Path, url: str) -> None:
    template = resolve_template("docker", url, None, None)
    [[tree]] = render_all([[RenderJob(template, {})]])
    recorded: dict[str, Any] = yaml.safe_load(tree[ANSWERS_FILE].content)
    assert (recorded["_src_path"], recorded["_commit"]) == (url, template.version)
    assert is_followed(recorded["_src_path"])
    assert Version(recorded["_commit"]).local == "acme.1"


def test_a_url_that_copier_would_not_take_for_gits_is_recorded_with_a_prefix_that_bots_strip(server: Path) -> None:
    url = "https://git.example.com/acme/infra-docker"
    assert resolve_template("docker", url, None, None).source == f"git+{url}"
    assert not is_followed(f"git+file://{server}")


def test_the_answers_files_have_the_names_that_renovate_looks_for(tmp_path: Path) -> None:
    manifest = manifest_in(small_project(tmp_path))
    for folder in (docker_settings(manifest).output, terraform_settings(manifest).output):
        assert FILE_PATTERN.search(f"{folder}/{ANSWERS_FILE}")


@pytest.mark.slow
def test_the_line_that_renovate_appends_is_no_edit_of_the_answers(server: Path, tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    manifest = project / "dazzle.toml"
    template = 'template = "https://git.example.com/acme/infra-docker.git"\n'
    manifest.write_text(f"{manifest.read_text()}\n[infra.docker]\n{template}")
    assert run_here("docker", cwd=project).status == 0
    path = project / "infra/docker" / ANSWERS_FILE
    path.write_text(path.read_text() + "\n#copier updated")
    assert read_recorded(path, ANSWERS_FILE).is_intact
    assert run_here("check", "docker", cwd=project).status == 0


def test_tags_of_a_fork_are_ordered_as_the_document_says() -> None:
    tags = ["v1.0.0", "v1.0.0+acme.1", "v1.0.0+acme.2", "v1.0.0+acme.10", "v1.1.0", "v1.1.0+acme.1"]
    assert sorted(tags, key=Version) == tags
    assert not any(Version(tag).is_prerelease for tag in tags)


@pytest.mark.parametrize("name", ["docker", "terraform"])
def test_the_workflow_of_a_fork_may_only_read_and_pins_what_it_uses(name: str) -> None:
    text = (TEMPLATES / name / ".github/workflows/contract.yml").read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    [job] = workflow["jobs"].values()
    assert "permissions" not in job
    assert "secrets" not in text
    steps = job["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert [ACTION.fullmatch(one)["action"] for one in used] == ["actions/checkout", "actions/setup-python"]  # type: ignore[index]
    checkout = steps[0]["with"]
    assert (checkout["fetch-depth"], checkout["persist-credentials"]) == (0, False)
    assert steps[-1]["run"] == "dazzle-infra template check ."
    assert not any("${{" in step.get("run", "") for step in steps)


@pytest.mark.parametrize("name", ["docker", "terraform"])
def test_the_workflow_and_the_readme_are_not_rendered(name: str) -> None:
    settings = yaml.safe_load((TEMPLATES / name / "copier.yml").read_text())
    assert settings["_subdirectory"] == "template"
    assert not (TEMPLATES / name / "template/.github").exists()
    readme = (TEMPLATES / name / "README.md").read_text()
    for command in (
        "git fetch upstream && git merge upstream/v1.1.0",
        "v1.0.0+acme.1",
        "dazzle infra template check .",
    ):
        assert command in readme
    assert f"dazzle infra template eject {name} acme-{name}" in readme
