"""Work without a network: what was used once is in the cache, and nothing asks for more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project
from tests.support.releases import FOLDER, build_releases, edit, git, manifest
from tests.support.trees import build_tree

URL = "https://git.example.com/infra.git"


@pytest.fixture
def remote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template that the person's git finds under a URL of the web, as long as the folder is there."""
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))
    template = build_releases(tmp_path / "remote")
    build_tree(tmp_path, {"gitconfig": f'[url "{template.as_uri()}"]\n\tinsteadOf = {URL}\n'})
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    return template


def watched(folder: Path) -> Mapping[str, str]:
    """Return an environment in which every run of git is written down, with the protocols that it may use."""
    git_path = shutil.which("git")
    script = f'#!/bin/sh\nprintf "%s | %s\\n" "$GIT_ALLOW_PROTOCOL" "$*" >> "{folder}/git.log"\nexec {git_path} "$@"\n'
    build_tree(folder, {"bin/git": script})
    (folder / "bin/git").chmod(0o755)
    return {"PATH": f"{folder}/bin{os.pathsep}{os.environ['PATH']}"}


def runs_of_git(folder: Path) -> list[str]:
    log = folder / "git.log"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return lines


def may_use_a_network(run: str) -> bool:
    """Say whether git might go out: another protocol than that of files is allowed to a command that can fetch."""
    protocols, _, command = run.partition(" | ")
    return protocols != "file" and any(f" {word}" in f" {command}" for word in ("fetch", "clone", "ls-remote", "pull"))


def web_project(folder: Path, ref: str | None = "v1.0.0") -> Path:
    return small_project(folder, manifest(Path("x"), ref).replace('"x"', f'"{URL}"'))


@pytest.mark.parametrize(
    "how", ["option", pytest.param("variable", marks=pytest.mark.slow), pytest.param("file", marks=pytest.mark.slow)]
)
def test_nothing_is_fetched_offline_and_everything_works(remote: Path, tmp_path: Path, how: str) -> None:
    project = web_project(tmp_path / "project")
    environment = dict(watched(tmp_path))
    option = ("--offline",) if how == "option" else ()
    assert run_here("docker", cwd=project, environment=environment).status == 0
    assert any(may_use_a_network(run) for run in runs_of_git(tmp_path))
    shutil.rmtree(remote)
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    web_project(project, "^1")
    if how == "variable":
        environment["DAZZLE_INFRA_OFFLINE"] = "1"
    elif how == "file":
        build_tree(tmp_path, {"home/dazzle-infra/config.toml": "[infra]\noffline = true\n"})
        environment["XDG_CONFIG_HOME"] = str(tmp_path / "home")
    assert run_here("check", *option, cwd=project, environment=environment).status == 3
    assert run_here("plan", *option, cwd=project, environment=environment).status == 0
    assert run_here("update", *option, cwd=project, environment=environment).status == 0
    assert "compose_2 = mine" in (project / FOLDER / "compose.yaml").read_text()
    assert "_commit: v1.2.0" in (project / FOLDER / ".copier-answers.yml").read_text()
    again = web_project(tmp_path / "again")
    assert run_here("docker", *option, cwd=again, environment=environment).status == 0
    runs = runs_of_git(tmp_path)
    assert runs
    assert [run for run in runs if may_use_a_network(run)] == []


def test_what_was_never_used_is_not_there_offline(remote: Path, tmp_path: Path) -> None:
    project = web_project(tmp_path / "project")
    ran = run_here("docker", "--offline", "--json", cwd=project, environment=watched(tmp_path))
    assert (ran.status, ran.json["code"]) == (5, "offline")
    assert URL in ran.json["message"]
    assert ran.json["where"]["key"] == "[infra.docker] template"
    assert [run for run in runs_of_git(tmp_path) if may_use_a_network(run)] == []
    assert not (project / FOLDER).exists()


@pytest.mark.slow
def test_embedded_templates_and_folders_are_always_there(tmp_path: Path) -> None:
    folder = build_releases(tmp_path / "local")
    project = small_project(tmp_path / "project", manifest(folder, None))
    cache = {"DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "cache")}
    assert run_here("docker", "--offline", "--dry-run", cwd=project, environment=cache).status == 0
    other = ("docker", "--offline", "--dry-run", "--template", "embedded")
    assert run_here(*other, cwd=project, environment=cache).status == 0


def test_a_remote_that_is_gone_is_named_with_the_copy_that_is_kept(remote: Path, tmp_path: Path) -> None:
    project = web_project(tmp_path / "project")
    assert run_here("docker", cwd=project).status == 0
    shutil.rmtree(remote)
    ran = run_here("check", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (5, "template_unreachable")
    assert URL in ran.json["message"]
    assert "a copy that was fetched on 20" in ran.json["hint"]
    assert "--offline uses it" in ran.json["hint"]
    assert run_here("check", "--offline", cwd=project).status == 0


@pytest.mark.slow
def test_a_moved_tag_is_no_remote_that_is_gone(remote: Path, tmp_path: Path) -> None:
    project = web_project(tmp_path / "project")
    assert run_here("docker", cwd=project).status == 0
    git(remote, "tag", "--force", "v1.0.0", "v1.1.0")
    ran = run_here("check", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (5, "tag_moved")
