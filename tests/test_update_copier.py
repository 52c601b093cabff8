"""Plain Copier and `dazzle infra update` on the same directory, one after the other, in either order."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_cli, run_here
from tests.support.releases import (
    FOLDER,
    WITH_FILES,
    classes,
    commit_all,
    edit,
    git,
    made_project,
    set_model,
    set_ref,
    text,
)
from tests.support.trees import read_tree


def copier(project: Path, version: str) -> Ran:
    """Run `copier update` as a person does who does not know dazzle-infra."""
    environment = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "t",
        "GIT_AUTHOR_EMAIL": "t@example.org",
        "GIT_COMMITTER_NAME": "t",
        "GIT_COMMITTER_EMAIL": "t@example.org",
    }
    command = (sys.executable, "-W", "ignore", "-m", "copier")
    options = ("--defaults", "--vcs-ref", version)
    return run_cli("update", *options, cwd=project / FOLDER, environment=environment, command=command)


def edit_both(project: Path) -> None:
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    edit(project, "scripts/stop.sh", "# stop_2 = 2", "# stop mine")
    commit_all(project)


def has_markers(project: Path) -> bool:
    return any(b"<<<<<<< " in content for content in read_tree(project / FOLDER).values())


@pytest.mark.slow
def test_plain_copier_continues_after_ours_without_a_conflict(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    edit_both(project)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    commit_all(project)
    nothing = copier(project, "v1.1.0")
    assert nothing.status == 0, nothing.err
    assert git(project, "status", "--porcelain") == ""
    ran = copier(project, "v1.2.0")
    assert ran.status == 0, ran.err
    assert not has_markers(project)
    assert not list(project.rglob("*.rej"))
    content = (project / FOLDER / "compose.yaml").read_text()
    assert content == "# desk\n" + text("compose", l2="compose_2 = mine", l9="compose_9 = nine")
    set_ref(project, None)
    assert run_here("check", cwd=project).status == 0


@pytest.mark.slow
def test_ours_continues_after_plain_copier_without_a_conflict(tmp_path: Path) -> None:
    project = made_project(tmp_path, "v1.1.0")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    commit_all(project)
    ran = copier(project, "v1.2.0")
    assert ran.status == 0, ran.err
    commit_all(project)
    assert run_here("check", cwd=project).status == 0
    set_model(project, WITH_FILES)
    updated = run_here("update", "--json", cwd=project)
    assert updated.status == 0, updated.out
    assert updated.json["backends"][0]["template"]["from"] == "v1.2.0"
    assert classes(updated) == {".copier-answers.yml": "updated", ".env": "updated", "storage.conf": "added"}
    assert not has_markers(project)
    content = (project / FOLDER / "compose.yaml").read_text()
    assert content == "# desk\n" + text("compose", l2="compose_2 = mine", l9="compose_9 = nine")
    assert run_here("check", cwd=project).status == 0


@pytest.mark.slow
def test_an_answer_that_was_given_to_plain_copier_is_named_and_the_model_wins(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    environment = {"GIT_CONFIG_GLOBAL": os.devnull}
    command = (sys.executable, "-W", "ignore", "-m", "copier")
    options = ("--defaults", "--overwrite", "--vcs-ref", "v1.0.0", "--data", "storage=true")
    ran = run_cli("recopy", *options, cwd=project / FOLDER, environment=environment, command=command)
    assert ran.status == 0, ran.err
    assert (project / FOLDER / "storage.conf").exists()
    set_ref(project, "v1.0.0")
    planned = run_here("plan", "--json", cwd=project)
    [answer] = planned.json["backends"][0]["answers"]
    assert (answer["name"], answer["from"], answer["to"]) == ("storage", True, False)
    assert run_here("update", cwd=project).status == 0
    assert not (project / FOLDER / "storage.conf").exists()


@pytest.mark.slow
def test_plain_copier_loses_an_edit_where_ours_keeps_it(tmp_path: Path) -> None:
    ours, theirs = made_project(tmp_path / "ours", "v1.1.0"), made_project(tmp_path / "theirs", "v1.1.0")
    for project in (ours, theirs):
        edit(project, "scripts/stop.sh", "# stop_2 = 2", "# stop mine")
        commit_all(project)
    assert run_here("update", cwd=ours).status == 0
    assert "# stop mine" in (ours / FOLDER / "bin/stop.sh").read_text()
    assert copier(theirs, "v1.2.0").status == 0
    assert not any(b"# stop mine" in content for content in read_tree(theirs / FOLDER).values())
