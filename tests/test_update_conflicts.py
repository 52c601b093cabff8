"""Conflicts: how a person and git see them, and the ways out: `--continue`, `--abort`, `undo`."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE
from tests.support.cli import run_here
from tests.support.releases import FOLDER, commit_all, edit, git, made_project, text
from tests.support.trees import read_tree

MINE = text("compose", l9="compose_9 = mine")


def own_files(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}


def edit_all(project: Path) -> None:
    """Make an edit that conflicts, one in a file that is dropped, and one that merges."""
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    edit(project, "legacy.conf", "legacy_2 = 2", "legacy_2 = mine")
    edit(project, "ünï code.txt", "uni_2 = 2", "uni_2 = mine")


@cache
def _conflicted(folder: Path) -> Path:
    project = made_project(folder)
    edit_all(project)
    git(project, "add", f"{FOLDER}/ünï code.txt")
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    assert ran.status == 4, ran.err
    return project


@pytest.fixture
def conflicted(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in a repository, with an update that left two conflicts."""
    source = _conflicted(tmp_path_factory.getbasetemp() / "conflicted")
    return shutil.copytree(source, tmp_path / "project", symlinks=True)


def unmerged(project: Path) -> dict[str, str]:
    lines = git(project, "-c", "core.quotePath=false", "status", "--porcelain", FOLDER).splitlines()
    return {line[3:].removeprefix(f"{FOLDER}/"): line[:2] for line in lines if "U" in line[:2] or line[:2] == "AA"}


def test_git_sees_the_conflicts_and_the_markers_name_both_sides(conflicted: Path) -> None:
    assert unmerged(conflicted) == {"compose.yaml": "UU", "legacy.conf": "UD"}
    content = (conflicted / FOLDER / "compose.yaml").read_text()
    assert "<<<<<<< your-edits\ncompose_9 = mine\n=======\ncompose_9 = nine\n>>>>>>> template-v1.1.0\n" in content


def test_checkout_takes_either_side(conflicted: Path) -> None:
    git(conflicted, "checkout", "--ours", f"{FOLDER}/compose.yaml")
    assert (conflicted / FOLDER / "compose.yaml").read_text() == "# desk\n" + MINE
    git(conflicted, "checkout", "--theirs", f"{FOLDER}/compose.yaml")
    theirs = "# desk\n" + text("compose", l9="compose_9 = nine")
    assert (conflicted / FOLDER / "compose.yaml").read_text() == theirs
    git(conflicted, "checkout", "--merge", f"{FOLDER}/compose.yaml")
    assert "<<<<<<< ours" in (conflicted / FOLDER / "compose.yaml").read_text()


@pytest.mark.slow
def test_mergetool_resolves_them(conflicted: Path) -> None:
    tool = ("-c", "mergetool.mine.cmd=cat $LOCAL > $MERGED", "-c", "mergetool.mine.trustExitCode=true")
    git(conflicted, *tool, "mergetool", "--no-prompt", "--tool=mine", f"{FOLDER}/compose.yaml")
    assert (conflicted / FOLDER / "compose.yaml").read_text() == "# desk\n" + MINE
    assert unmerged(conflicted) == {"legacy.conf": "UD"}
    assert run_here("update", "--continue", cwd=conflicted).status == 0
    assert unmerged(conflicted) == {}


@pytest.mark.slow
def test_continue_refuses_markers_that_git_has_written_anew(conflicted: Path) -> None:
    git(conflicted, "checkout", "--merge", f"{FOLDER}/compose.yaml")
    content = (conflicted / FOLDER / "compose.yaml").read_text()
    assert "<<<<<<< ours" in content
    assert "your-edits" not in content
    assert run_here("update", "--continue", cwd=conflicted).status == 4
    (conflicted / FOLDER / "compose.yaml").write_text("decided\n")
    assert run_here("update", "--continue", cwd=conflicted).status == 0


def test_continue_refuses_while_markers_are_left_and_keeps_what_was_decided(conflicted: Path) -> None:
    refused = run_here("update", "--continue", cwd=conflicted)
    assert refused.status == 4
    assert "compose.yaml" in refused.err
    assert "legacy.conf" not in refused.err
    assert unmerged(conflicted) == {"compose.yaml": "UU", "legacy.conf": "UD"}
    (conflicted / FOLDER / "compose.yaml").write_text("decided\n")
    (conflicted / FOLDER / "legacy.conf").unlink()
    done = run_here("update", "--continue", cwd=conflicted)
    assert done.status == 0, done.err
    assert (conflicted / FOLDER / "compose.yaml").read_text() == "decided\n"
    assert unmerged(conflicted) == {}
    assert run_here("update", "--continue", cwd=conflicted).status == 5
    assert run_here("check", cwd=conflicted).status == 3
    following = run_here("update", "--json", cwd=conflicted)
    assert following.status == 0, following.out
    assert (conflicted / FOLDER / "compose.yaml").read_text() == "decided\n"
    assert not (conflicted / FOLDER / "legacy.conf").exists()


@pytest.mark.parametrize("command", ["update", "check"])
def test_conflicts_that_are_left_stop_other_commands(conflicted: Path, command: str) -> None:
    before = read_tree(conflicted)
    ran = run_here(command, cwd=conflicted)
    assert ran.status == 4
    assert "compose.yaml" in ran.err
    assert "--continue" in ran.err
    assert "--abort" in ran.err
    assert read_tree(conflicted) == before


@pytest.mark.slow
def test_status_names_the_conflicts_that_are_left(conflicted: Path) -> None:
    status = run_here("status", "--json", cwd=conflicted)
    assert status.status == 0, status.out
    assert status.json["conflicts"] == [f"{FOLDER}/compose.yaml", f"{FOLDER}/legacy.conf"]


@pytest.mark.parametrize("meanwhile", ["nothing", pytest.param("resolved", marks=pytest.mark.slow), "staged"])
def test_abort_brings_back_files_and_index_to_the_byte(tmp_path: Path, conflicted: Path, meanwhile: str) -> None:
    before = made_project(tmp_path / "before")
    edit_all(before)
    git(before, "add", f"{FOLDER}/ünï code.txt")
    if meanwhile != "nothing":
        (conflicted / FOLDER / "compose.yaml").write_text("half decided\n")
    if meanwhile == "staged":
        git(conflicted, "add", f"{FOLDER}/compose.yaml")
    ran = run_here("update", "--abort", "--json", cwd=conflicted)
    assert ran.status == 0, ran.err
    assert own_files(conflicted) == own_files(before)
    assert git(conflicted, "ls-files", "--stage") == git(before, "ls-files", "--stage")
    assert git(conflicted, "status", "--porcelain") == git(before, "status", "--porcelain")
    if meanwhile != "nothing":
        kept = [path.read_bytes() for path in (conflicted / ran.json["backup"]).glob("*.old")]
        assert b"half decided\n" in kept
    assert run_here("update", "--abort", cwd=conflicted).status == 5
    assert run_here("update", "--to", "v1.1.0", cwd=conflicted).status == 4


@pytest.mark.slow
def test_undo_brings_back_the_state_before_also_the_modes_and_the_one_before_that(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    states = []
    for version in ("v1.1.0", "v1.2.0"):
        states.append((own_files(project), modes(project)))
        assert run_here("update", "--to", version, cwd=project).status == 0
    for files, permissions in reversed(states):
        ran = run_here("undo", cwd=project)
        assert ran.status == 0, ran.err
        assert own_files(project) == files
        assert modes(project) == permissions
    assert run_here("undo", cwd=project).status == 5


def modes(project: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode for path in (project / FOLDER).rglob("*") if path.is_file()}


@pytest.mark.slow
def test_undo_refuses_where_files_were_edited_since_and_names_them(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    assert run_here("update", cwd=project).status == 0
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = later")
    before = read_tree(project)
    ran = run_here("undo", cwd=project)
    assert ran.status == 5
    assert f"{FOLDER}/compose.yaml" in ran.err
    assert "settings.conf" not in ran.err
    assert read_tree(project) == before


@pytest.mark.slow
def test_undo_takes_only_its_own_unchanged_lines_out_of_the_secrets(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    secrets = project / FOLDER / ".env"
    secrets.write_text("MINE=1\nJWT_SECRET=chosen\n")
    secrets.chmod(0o600)
    assert run_here("update", cwd=project).status == 0
    lines = secrets.read_text().splitlines()
    assert lines[:2] == ["MINE=1", "JWT_SECRET=chosen"]
    assert {line.partition("=")[0] for line in lines[2:]} == {
        "DAZZLE_SECRET_KEY",
        "DAZZLE_SESSION_SECRET",
        "POSTGRES_PASSWORD",
    }
    changed = secrets.read_text().replace("POSTGRES_PASSWORD=", "POSTGRES_PASSWORD=mine") + "LATER=2\n"
    secrets.write_text(changed)
    assert run_here("undo", cwd=project).status == 0
    left = secrets.read_text().splitlines()
    assert [line.partition("=")[0] for line in left] == ["MINE", "JWT_SECRET", "POSTGRES_PASSWORD", "LATER"]
    assert secrets.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_backups_are_private(conflicted: Path) -> None:
    for path in (conflicted / STATE / "backups").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0 or path.suffix == ".old", path
    assert (conflicted / STATE / "backups").stat().st_mode & 0o077 == 0
    assert git(conflicted, "status", "--porcelain", STATE) == ""


@pytest.mark.slow
def test_without_a_repository_markers_and_the_backup_serve(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    edit_all(project)
    before = own_files(project)
    assert run_here("update", cwd=project).status == 4
    assert "<<<<<<< your-edits" in (project / FOLDER / "compose.yaml").read_text()
    assert run_here("check", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert own_files(project) == before


@pytest.mark.slow
def test_markers_of_somebody_elses_are_not_merged_into(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    edit(project, "compose.yaml", "compose_2 = 2\n", "<<<<<<< HEAD\nme\n=======\nyou\n>>>>>>> topic\n")
    before = read_tree(project)
    ran = run_here("update", cwd=project)
    assert ran.status == 4
    assert "conflict markers are left in infra/docker/compose.yaml" in ran.err
    assert read_tree(project) == before


@pytest.mark.slow
def test_an_index_that_another_git_holds_stops_the_run_before_anything_is_written(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    edit_all(project)
    (project / ".git/index.lock").touch()
    before = own_files(project)
    ran = run_here("update", cwd=project)
    assert ran.status == 5
    assert "index.lock" in ran.err
    assert own_files(project) == before


@pytest.mark.slow
def test_undo_after_continue_reverts_the_update_with_its_resolution_and_keeps_that_in_a_backup(
    conflicted: Path,
) -> None:
    path = f"{FOLDER}/compose.yaml"
    (conflicted / path).write_text("decided\n")
    assert run_here("update", "--continue", cwd=conflicted).status == 0
    commit_all(conflicted)
    staged = git(conflicted, "ls-files", "--stage")
    ran = run_here("undo", cwd=conflicted)
    assert ran.status == 0, ran.err
    assert "compose_9 = mine" in (conflicted / path).read_text()
    assert git(conflicted, "ls-files", "--stage") == staged
    assert run_here("undo", "--show", path, cwd=conflicted).out == "decided\n"


def test_undo_refuses_a_file_that_was_edited_after_its_conflict_was_resolved(conflicted: Path) -> None:
    (conflicted / FOLDER / "compose.yaml").write_text("decided\n")
    assert run_here("update", "--continue", cwd=conflicted).status == 0
    (conflicted / FOLDER / "compose.yaml").write_text("changed\n")
    before = read_tree(conflicted)
    refused = run_here("undo", cwd=conflicted)
    assert refused.status == 5
    assert [line.count("compose.yaml") for line in refused.err.splitlines()] == [1, 1], "the message and the command"
    assert read_tree(conflicted) == before


def test_an_update_that_git_has_taken_back_already_can_be_aborted(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    commit_all(project)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 4
    git(project, "reset", "--quiet", "--hard")
    git(project, "clean", "-d", "--force", "--quiet", FOLDER)
    ran = run_here("update", "--abort", "--json", cwd=project)
    assert ran.status == 0, ran.out
    assert (project / ran.json["backup"]).is_dir()
    assert run_here("update", "--abort", cwd=project).status == 5
    assert run_here("check", cwd=project).status == 3
