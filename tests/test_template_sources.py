"""Templates of a person's own: fetched whatever git is told elsewhere, and what is wrong with one is said."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dazzle_infra.backends.docker.settings import docker_settings
from dazzle_infra.errors import DazzleInfraError, ManifestError, PreconditionError, TemplateError
from dazzle_infra.templates import answers_for, commit_of, isolated_environment, resolve_template, run_git
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree

PLACES = """\
[infra.docker]
template = "../template"

ref = "v9.9.9"

[infra.docker.answers]
team = "a"
teem = "b"
"""


def git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(repository), *identity, *arguments], check=True, capture_output=True)


def template_at(folder: Path) -> Path:
    build_tree(folder, {"copier.yml": "team: {type: str, default: x}\n"})
    for arguments in (["init", "-q", "."], ["add", "-A"], ["commit", "-q", "-m", "x"], ["tag", "v1.0.0"]):
        git(folder, *arguments)
    return folder


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))


def test_a_template_is_fetched_where_git_may_not_find_bare_repositories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template_at(tmp_path / "template")
    home = build_tree(tmp_path / "home", {".gitconfig": "[safe]\n\tbareRepository = explicit\n"})
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    assert resolve_template("docker", "template", None, tmp_path).version == "v1.0.0"
    git(tmp_path / "template", "tag", "v1.1.0")
    assert resolve_template("docker", "template", None, tmp_path).version == "v1.1.0"


@pytest.mark.parametrize("language", ["", "de:fr"])
def test_a_tag_that_moved_is_named_though_newer_ones_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    template = template_at(tmp_path / "template")
    resolve_template("docker", "template", None, tmp_path)
    git(template, "commit", "-q", "--allow-empty", "-m", "y")
    git(template, "tag", "--force", "v1.0.0")
    git(template, "tag", "v2.0.0")
    with pytest.raises(PreconditionError, match=r"v1\.0\.0") as caught:
        resolve_template("docker", "template", None, tmp_path)
    assert caught.value.code == "tag_moved"
    assert "v2.0.0" not in caught.value.message
    assert "tags must not move" in (caught.value.hint or "")


@pytest.mark.parametrize("template", [".", "inside"])
def test_a_folder_without_git_is_said_to_be_no_repository(tmp_path: Path, template: str) -> None:
    git(build_tree(tmp_path, {"inside/x": "", "copier.yml": ""}), "init", "-q", "inside/..")
    project = build_tree(tmp_path / "project", {"inside/x": ""})
    with pytest.raises(PreconditionError, match="is not a git repository") as caught:
        resolve_template("docker", template, None, project)
    assert caught.value.code == "template_unreachable"


def test_what_git_says_is_its_reason_and_not_its_advice(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"fatal: .*not appear to be a git repository$"):
        run_git("fetch", str(tmp_path), environment=isolated_environment(), repository=template_at(tmp_path / "t"))


@pytest.mark.parametrize(
    ("template", "ref", "line", "key"),
    [
        ("../template", "v9.9.9", 4, "[infra.docker] ref"),
        (None, "v9.9.9", 4, "[infra.docker] ref"),
        ("../nothing", "v9.9.9", 2, "[infra.docker] template"),
        ("..", None, 2, "[infra.docker] template"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_at_its_line(
    tmp_path: Path, template: str | None, ref: str | None, line: int, key: str
) -> None:
    template_at(tmp_path / "template")
    project = build_tree(tmp_path / "project", {"dazzle.toml": PLACES})
    where = manifest_in(project).where
    with pytest.raises(DazzleInfraError) as caught:
        resolve_template("docker", template, ref, project, where)
    assert caught.value.where is not None
    assert (str(caught.value.where), caught.value.where.key) == (f"dazzle.toml:{line}", key)


@pytest.mark.parametrize("computed", [{}, {"teem": "c"}])
def test_an_answer_to_no_question_is_refused_at_its_line(tmp_path: Path, computed: dict[str, object]) -> None:
    template_at(tmp_path / "template")
    manifest = manifest_in(build_tree(tmp_path / "project", {"dazzle.toml": PLACES}))
    template = resolve_template("docker", "template", None, tmp_path)
    with pytest.raises(ManifestError, match="teem") as caught:
        answers_for(template, computed, docker_settings(manifest).answers, "infra.docker.answers", manifest.where)
    assert caught.value.where is not None
    assert (str(caught.value.where), caught.value.where.key) == ("dazzle.toml:8", "[infra.docker.answers] teem")


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_commit_of_a_version_is_found_behind_tags_of_tags(tmp_path: Path, steps: int) -> None:
    template = template_at(tmp_path / "template")
    for step in range(steps - 1):
        git(template, "tag", "--annotate", "--message", "x", f"v1.{step + 1}.0", f"v1.{step}.0")
    found = resolve_template("docker", str(template), None, tmp_path)
    head = run_git("rev-parse", "HEAD", environment=isolated_environment(), repository=template).decode().strip()
    assert (found.version, commit_of(found)) == (f"v1.{steps - 1}.0", head)
