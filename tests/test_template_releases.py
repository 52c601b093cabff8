"""Releases of a template: made from the sources, kept as bundles, the same on every machine, never moved."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dazzle_infra.errors import PreconditionError, UsageError
from dazzle_infra.templates import TEMPLATE_NAMES, isolated_environment, run_git, versions_of
from dazzle_infra.templates.changelog import sections
from dazzle_infra.templates.embedded import bundles_of, embedded_repository, unpack
from scripts.release_template import SOURCES, release, source_files
from tests.support.trees import build_tree

CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.1.0] - 2026-02-03

### Added

- A line.

## [1.0.0] - 2026-01-02

- First.
"""


def sources(folder: Path, text: str = "one\n") -> Path:
    build_tree(folder, {"docker/CHANGELOG.md": CHANGELOG, "docker/template/a.txt": text, "docker/copier.yml": "{}\n"})
    script = build_tree(folder, {"docker/template/run.sh": "#!/bin/sh\n"}) / "docker/template/run.sh"
    script.chmod(0o755)
    return folder


def unpacked(bundles: Path, repository: Path) -> Path:
    unpack(bundles_of("docker", bundles), repository)
    return repository


def git(repository: Path, *arguments: str) -> str:
    return run_git(*arguments, environment=isolated_environment(), repository=repository).decode()


def test_a_release_is_a_tagged_commit_of_the_sources(tmp_path: Path) -> None:
    release("docker", "1.0.0", sources(tmp_path / "s"), tmp_path / "b")
    repository = unpacked(tmp_path / "b", tmp_path / "r.git")
    assert versions_of(repository) == ["v1.0.0"]
    assert git(repository, "show", "v1.0.0:template/a.txt") == "one\n"
    assert "\napp_name: str\n" in git(repository, "show", "v1.0.0:answer-fields.yml")
    assert "100755" in git(repository, "ls-tree", "v1.0.0", "template/run.sh")
    assert git(repository, "log", "-1", "--format=%ad %s", "--date=iso-strict", "main").startswith(
        "2026-01-02T00:00:00"
    )


def test_the_next_release_stands_on_the_one_before_and_holds_only_what_is_new(tmp_path: Path) -> None:
    first = release("docker", "1.0.0", sources(tmp_path / "s"), tmp_path / "b")
    kept = first.read_bytes()
    second = release("docker", "1.1.0", sources(tmp_path / "s", "two\n"), tmp_path / "b")
    repository = unpacked(tmp_path / "b", tmp_path / "r.git")
    assert first.read_bytes() == kept
    assert versions_of(repository) == ["v1.0.0", "v1.1.0"]
    assert git(repository, "rev-parse", "v1.1.0~1") == git(repository, "rev-parse", "v1.0.0")
    assert second.stat().st_size < first.stat().st_size + 400


def test_object_ids_depend_on_the_sources_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for index, who in enumerate(("Ann", "Bob")):
        monkeypatch.setenv("GIT_AUTHOR_NAME", who)
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"200{index}-01-01T00:00:00Z")
        monkeypatch.setenv("HOME", str(build_tree(tmp_path / who, {".gitconfig": "[core]\n\tautocrlf = true\n"})))
        monkeypatch.setenv("TZ", "Asia/Tokyo" if index else "UTC")
        release("docker", "1.0.0", sources(tmp_path / who / "s"), tmp_path / who / "b")
        ids.append(git(unpacked(tmp_path / who / "b", tmp_path / who / "r.git"), "rev-parse", "v1.0.0"))
    assert ids[0] == ids[1]


def test_what_git_ignores_in_a_checkout_is_in_no_release(tmp_path: Path) -> None:
    left = {".gitignore": ".DS_Store\n*~\n", "s/docker/.DS_Store": "", "s/docker/template/a.txt~": "", "s/x.txt": ""}
    folder = sources(build_tree(tmp_path, left) / "s")
    kept = ["CHANGELOG.md", "copier.yml", "template/a.txt", "template/run.sh"]
    assert sorted(source_files(folder / "docker")) == sorted([*kept, ".DS_Store", "template/a.txt~"])
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "add", "s/docker/copier.yml"], check=True)
    assert sorted(source_files(folder / "docker")) == kept
    (folder / "docker/copier.yml").unlink()
    assert sorted(source_files(folder / "docker")) == [name for name in kept if name != "copier.yml"]


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.0.0", "a tag never moves"),
        ("0.9.0", "older than v1.0.0"),
        ("1.2.0", "has no section"),
        ("one", "is not a version"),
        ("1.1.0rc1", "is not a version"),
    ],
)
def test_a_release_that_cannot_be_is_refused(tmp_path: Path, version: str, message: str) -> None:
    bundle = release("docker", "1.0.0", sources(tmp_path / "s"), tmp_path / "b")
    kept = bundle.read_bytes()
    with pytest.raises((PreconditionError, UsageError), match=message):
        release("docker", version, sources(tmp_path / "s", "moved\n"), tmp_path / "b")
    assert [path.name for path in (tmp_path / "b/docker").iterdir()] == ["v1.0.0.bundle"]
    assert bundle.read_bytes() == kept


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_the_newest_release_is_what_the_sources_hold_or_the_changelog_says_more(name: str) -> None:
    changelog = (SOURCES / name / "CHANGELOG.md").read_text()
    if sections(changelog)["Unreleased"][1]:
        return
    repository = embedded_repository(name)
    newest = versions_of(repository)[-1]
    released = git(repository, "ls-tree", "-r", "--name-only", "-z", newest).split("\0")[:-1]
    files = source_files(SOURCES / name)
    assert sorted(released) == sorted(files), f"copier-templates/{name} has other files than {newest}"
    for path, source in files.items():
        content = run_git("show", f"{newest}:{path}", environment=isolated_environment(), repository=repository)
        assert content == source.read_bytes(), f"{path} differs from {newest}: release it, or say it under Unreleased"


@pytest.mark.parametrize("name", TEMPLATE_NAMES)
def test_git_clones_an_embedded_template_by_its_url_offline(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, "DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "cache")}
    for variable in [variable for variable in environment if variable.startswith("GIT_")]:
        del environment[variable]
    subprocess.run(["git", "clone", "-q", f"dazzle-infra://{name}", "clone"], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "clone/copier.yml").is_file()
    tags = subprocess.run(["git", "-C", str(tmp_path / "clone"), "tag"], capture_output=True, text=True, check=True)
    assert tags.stdout.split() == [bundle.stem for bundle in bundles_of(name)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["clone", "dazzle-infra://nothing", "x"], "unknown embedded template 'nothing'"),
        (["push", "dazzle-infra://docker", "HEAD:refs/heads/x"], "supports only clone and fetch"),
    ],
)
def test_the_remote_helper_says_what_it_cannot_do(arguments: list[str], message: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "x"], cwd=tmp_path, check=True)
    done = subprocess.run(["git", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
