"""Conflicts that git or plain Copier left stop commands; text that only looks like a marker does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, IDENTITY, commit_all, edit, git, made_project
from tests.support.trees import read_tree

EXAMPLE = "compose_2 = 2\n<<<<<<< HEAD\n"
CONFLICT = "compose_2 = 2\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> topic\n"


def test_a_literal_marker_does_not_stop_an_update_of_its_file(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    edit(project, "compose.yaml", "compose_2 = 2\n", EXAMPLE)
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    assert ran.status == 0, ran.err
    content = (project / FOLDER / "compose.yaml").read_text()
    assert EXAMPLE in content
    assert "compose_9 = nine" in content


def test_a_conflict_in_a_file_that_no_template_made_stops_nothing(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    (project / FOLDER / "README.md").write_text(CONFLICT)
    edit(project, "scripts/stop.sh", "# stop_2 = 2\n", EXAMPLE)
    assert run_here("check", cwd=project).status in (0, 3)
    assert run_here("status", "--json", cwd=project).json["conflicts"] == []
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0


def assert_conflict(project: Path, path: str, message: str) -> None:
    before = read_tree(project)
    for command in (("check",), ("update", "--to", "v1.1.0"), ("update", "--dry-run"), ("check", "--all")):
        ran = run_here(*command, cwd=project)
        assert ran.status == 4, (command, ran.out, ran.err)
        assert message in ran.out + ran.err
        assert path in ran.out + ran.err
    shown = run_here("plan", "--exit-code", cwd=project)
    assert (shown.status, path in shown.err) == (4, True)
    assert run_here("status", "--json", cwd=project).json["conflicts"] == [path]
    assert read_tree(project) == before


@pytest.mark.parametrize("name", ["compose.yaml", "scripts/stop.sh"])
def test_a_conflict_in_a_generated_file_stops_commands_until_its_markers_are_gone(tmp_path: Path, name: str) -> None:
    project = made_project(tmp_path / "app")
    old = {"compose.yaml": "compose_2 = 2\n", "scripts/stop.sh": "# stop_2 = 2\n"}[name]
    edit(project, name, old, CONFLICT)
    commit_all(project)
    assert_conflict(project, f"{FOLDER}/{name}", "conflict markers are left in")
    edit(project, name, CONFLICT, old)
    assert run_here("check", cwd=project).status in (0, 3)


def test_a_file_that_git_merge_leaves_unmerged_stops_commands_until_it_is_added(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    commit_all(project)
    git(project, "checkout", "--quiet", "-b", "topic")
    edit(project, "compose.yaml", "compose_2 = 2\n", "compose_2 = two\n")
    commit_all(project)
    git(project, "checkout", "--quiet", "-")
    edit(project, "compose.yaml", "compose_2 = 2\n", "compose_2 = zwei\n")
    commit_all(project)
    git(project, *IDENTITY, "merge", "topic", status=1)
    assert_conflict(project, f"{FOLDER}/compose.yaml", "unmerged in git's index")
    (project / FOLDER / "compose.yaml").write_text("decided\n")
    assert_conflict(project, f"{FOLDER}/compose.yaml", "unmerged in git's index")
    git(project, "add", ".")
    assert run_here("check", cwd=project).status in (0, 3)


def test_a_conflict_is_resolved_when_its_own_markers_are_gone(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    edit(project, "compose.yaml", "compose_2 = 2\n", EXAMPLE)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    ran = run_here("update", "--to", "v1.1.0", "--json", cwd=project)
    assert ran.status == 4
    [file] = [one for one in ran.json["backends"][0]["files"] if one["path"] == "compose.yaml"]
    assert file["detail"] == "line 11"
    left = run_here("update", "--continue", cwd=project)
    assert left.status == 4
    assert "conflict markers are left" in left.err
    path = project / FOLDER / "compose.yaml"
    lines = path.read_text().splitlines(keepends=True)
    ours = ("<<<<<<< your-edits", "=======", ">>>>>>> template")
    path.write_text("".join(line for line in lines if not line.startswith(ours)))
    done = run_here("update", "--continue", cwd=project)
    assert done.status == 0, done.err
    assert EXAMPLE in path.read_text()
