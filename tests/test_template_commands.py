"""`dazzle infra template list`, `versions`, `show` and `eject`."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.templates import TEMPLATE_NAMES, embedded_repository, versions_of
from tests.support.cli import run_here
from tests.support.releases import git
from tests.support.trees import build_tree, read_tree

NEWEST = versions_of(embedded_repository("docker"))[-1]


def test_the_templates_and_their_newest_releases_are_listed(tmp_path: Path) -> None:
    ran = run_here("template", "list", "--json", cwd=tmp_path)
    assert [one["name"] for one in ran.json["templates"]] == list(TEMPLATE_NAMES)
    assert ran.json["templates"][1] == {"name": "docker", "newest": NEWEST, "source": "git+dazzle-infra://docker"}
    assert f"docker      {NEWEST}" in run_here("template", "list", cwd=tmp_path).out


def test_releases_are_listed_newest_first_with_date_and_commit(tmp_path: Path) -> None:
    listed = run_here("template", "versions", "docker", "--json", cwd=tmp_path).json["versions"]
    assert [one["version"] for one in listed] == versions_of(embedded_repository("docker"))[::-1]
    assert all(len(one["date"]) == 10 and len(one["commit"]) == 40 for one in listed)


def test_a_release_is_shown_with_its_questions_and_its_changes(tmp_path: Path) -> None:
    shown = run_here("template", "show", "docker", "--version", "v1.0.0", "--json", cwd=tmp_path).json
    asked = {one["name"]: one for one in shown["questions"]}
    assert set(asked) <= set(DockerAnswers.model_fields)
    assert asked["database"] == {"name": "database", "type": "bool", "help": "Does PostgreSQL run?", "default": True}
    assert "Compose stack" in shown["changelog"]
    text = run_here("template", "show", "docker", "--version", "v1.0.0", cwd=tmp_path).out
    assert "  database           bool  Does PostgreSQL run?" in text


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["versions", "nothing"], 2, "unknown embedded template 'nothing'"),
        (["show", "docker", "--version", "v9.9.9"], 2, "no version 'v9.9.9'"),
        (["eject", "nothing", "fork"], 2, "unknown embedded template 'nothing'"),
        (["eject", "docker", "fork", "--version", "v9.9.9"], 2, "no version 'v9.9.9'"),
        (["eject", "docker", "full"], 5, "full exists and is not empty"),
        (["eject", "docker", "full/file"], 5, "full/file exists and is not a folder"),
        (["eject", "docker", "link"], 5, "link exists and is not a folder"),
    ],
)
def test_what_cannot_be_had_is_said_and_nothing_is_made(
    tmp_path: Path, arguments: list[str], status: int, message: str
) -> None:
    build_tree(tmp_path, {"full/file": "mine\n"})
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    ran = run_here("template", *arguments, cwd=tmp_path)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full", "link"]


def test_a_fork_has_the_whole_history_and_upstreams_tags_as_remote_refs(tmp_path: Path) -> None:
    (tmp_path / "fork").mkdir()
    made = run_here("template", "eject", "docker", "fork", "--json", cwd=tmp_path).json
    fork = tmp_path / "fork"
    assert (made["version"], made["upstream"]) == (NEWEST, "dazzle-infra://docker")
    assert git(fork, "symbolic-ref", "HEAD") == "refs/heads/main\n"
    assert git(fork, "rev-parse", "HEAD") == git(embedded_repository("docker"), "rev-parse", NEWEST)
    assert git(fork, "status", "--porcelain") == git(fork, "tag") == ""
    remote = git(fork, "for-each-ref", "--format=%(refname)", "refs/remotes").split()
    assert {f"refs/remotes/upstream/{tag}" for tag in versions_of(embedded_repository("docker"))} <= set(remote)


def test_a_fork_stands_on_the_release_that_was_asked_for(tmp_path: Path) -> None:
    ran = run_here("template", "eject", "docker", "deep/fork", "--version", "v1.0.0", cwd=tmp_path)
    assert "git add --all && git commit" in ran.out  # what is new is what `check .` has just looked at
    assert "a fork of docker v1.0.0" in ran.out
    assert "git merge upstream/" in ran.out
    head = git(tmp_path / "deep/fork", "rev-parse", "HEAD")
    assert head == git(embedded_repository("docker"), "rev-parse", "v1.0.0")


def test_plain_git_fetches_from_upstream_and_takes_no_tag_along(tmp_path: Path) -> None:
    run_here("template", "eject", "terraform", "fork", cwd=tmp_path)
    git(tmp_path / "fork", "update-ref", "-d", "refs/remotes/upstream/v1.0.0")
    git(tmp_path / "fork", "fetch", "upstream")
    assert git(tmp_path / "fork", "rev-parse", "--verify", "upstream/v1.0.0")
    assert git(tmp_path / "fork", "tag") == ""


def test_no_configuration_and_no_hook_of_the_person_has_a_say_in_a_fork(tmp_path: Path) -> None:
    hook = "#!/bin/sh\ntouch ran\n"
    build_tree(tmp_path, {"skeleton/hooks/post-checkout": hook, "config": "[core]\nautocrlf = true\n"})
    (tmp_path / "skeleton/hooks/post-checkout").chmod(0o755)
    environment = {"GIT_CONFIG_GLOBAL": str(tmp_path / "config"), "GIT_TEMPLATE_DIR": str(tmp_path / "skeleton")}
    assert run_here("template", "eject", "docker", "fork", cwd=tmp_path, environment=environment).status == 0
    files = read_tree(tmp_path / "fork")
    assert "ran" not in files
    assert not any(b"\r\n" in content for content in files.values())


def test_the_commands_are_in_the_help(tmp_path: Path) -> None:
    shown = run_here("template", "--help", cwd=tmp_path).out
    assert all(f" {command} " in shown for command in ("list", "versions", "show", "eject", "check"))
