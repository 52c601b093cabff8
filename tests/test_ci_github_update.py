"""The weekly update by the workflow of GitHub, executed by act, with real releases of a template."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.ci_actions import Repository, repository
from tests.support.ci_github import rendered
from tests.support.releases import edit, git, made_project

pytestmark = pytest.mark.slow

TOKEN = {"INFRA_UPDATE_TOKEN": "token-that-may"}


@pytest.fixture
def made(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    found = repository(rendered("bare", tmp_path_factory.getbasetemp()), tmp_path / "github")
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    git(found.folder, "remote", "set-url", "origin", str(tmp_path / "origin.git"))
    made_project(found.folder, commit=False)
    found.commit()
    git(found.folder, "push", "--quiet", "origin", "main")
    found.program("python", "")
    found.program("dazzle-infra", f"exec {sys.executable} -c 'from dazzle_infra.cli import main; main()' \"$@\"\n")
    return found


def updated(made: Repository, path: str) -> str:
    """Return a file of the branch that was pushed."""
    git(made.folder, "fetch", "--quiet", "origin", "infra-update")
    return git(made.folder, "show", f"FETCH_HEAD:{path}")


def test_an_update_opens_a_pull_request_with_the_report(made: Repository) -> None:
    run = made.run("infra-update", "schedule", secrets=TOKEN)
    assert run.code == 0, run.log
    [request] = made.api()["requests"]
    assert request["title"] == "bare: update the infrastructure"
    assert (request["head"], request["base"]) == ("infra-update", "main")
    assert "settings.conf" in request["body"]
    assert "conflicts" not in request["body"]
    assert "compose_9 = nine" in updated(made, "infra/docker/compose.yaml")
    assert "token-that-may" not in run.log


def test_conflicts_are_committed_as_they_are_and_named(made: Repository) -> None:
    edit(made.folder, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    made.commit()
    run = made.run("infra-update", "schedule", secrets=TOKEN)
    assert run.code == 0, run.log
    [request] = made.api()["requests"]
    assert request["title"] == "bare: update the infrastructure: conflicts to resolve"
    assert "These files have conflicts." in request["body"]
    assert "\n- infra/docker/compose.yaml\n" in request["body"]
    assert "<<<<<<< your-edits\ncompose_9 = mine\n" in updated(made, "infra/docker/compose.yaml")


def test_a_second_update_changes_the_pull_request_that_is_open(made: Repository) -> None:
    made.run("infra-update", "schedule", secrets=TOKEN)
    edit(made.folder, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    made.commit()
    run = made.run("infra-update", "schedule", secrets=TOKEN)
    assert run.code == 0, run.log
    [request] = made.api()["requests"]
    assert request["title"].endswith("conflicts to resolve")


def test_nothing_to_update_opens_nothing(made: Repository) -> None:
    made.program("dazzle-infra", "echo 'up to date'\n")
    run = made.run("infra-update", "schedule", secrets=TOKEN)
    assert run.code == 0, run.log
    assert made.api()["requests"] == []


def test_a_failed_update_opens_nothing_and_fails(made: Repository) -> None:
    made.program("dazzle-infra", "exit 5\n")
    run = made.run("infra-update", "schedule", secrets=TOKEN)
    assert run.code != 0
    assert made.api()["requests"] == []


def test_without_a_token_that_may_change_workflows_all_other_backends_are_updated(made: Repository) -> None:
    backends = json.dumps({"backends": [{"name": "docker"}, {"name": "ci"}, {"name": "server"}]})
    made.program("dazzle-infra", f"case $1 in status) echo '{backends}' ;; update) echo changed >changed ;; esac\n")
    run = made.run("infra-update", "schedule")
    assert run.code == 0, run.log
    assert run.called("dazzle-infra")[-1].startswith("dazzle-infra update docker server --project . --markers-only")
    [request] = made.api()["requests"]
    assert "The pipelines are not updated" in request["body"]


def test_an_app_gives_the_token_that_may(made: Repository) -> None:
    run = made.run(
        "infra-update",
        "schedule",
        variables={"INFRA_UPDATE_CLIENT_ID": "Iv1.app"},
        secrets={"INFRA_UPDATE_PRIVATE_KEY": "key-of-the-app"},
    )
    assert run.code == 0, run.log
    assert run.called("app-token") == ["app-token Iv1.app"]
    assert run.called("dazzle-infra") == ["dazzle-infra update --project . --markers-only"]
    assert "key-of-the-app" not in run.log
