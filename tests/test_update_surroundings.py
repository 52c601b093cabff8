"""Where an update runs: every kind of repository, or none, and every kind of file and name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, classes, commit_all, edit, git, made_project, set_ref, text
from tests.support.trees import build_tree, read_tree

MERGED = "# desk\n" + text("compose", l2="compose_2 = mine", l9="compose_9 = nine")


def plain(folder: Path) -> Path:
    return made_project(folder / "project")


def no_repository(folder: Path) -> Path:
    return made_project(folder / "project", commit=False)


def detached(folder: Path) -> Path:
    project = plain(folder)
    git(project, "checkout", "--quiet", "--detach")
    return project


def worktree(folder: Path) -> Path:
    git(plain(folder), "worktree", "add", "--quiet", str(folder / "linked"))
    return folder / "linked"


def subdirectory(folder: Path) -> Path:
    git_root = folder / "mono repo"
    project = made_project(git_root / "apps/ünï desk", commit=False)
    git(git_root, "init", "--quiet")
    commit_all(git_root)
    return project


def submodule(folder: Path) -> Path:
    origin, outer = plain(folder), folder / "outer"
    build_tree(outer, {"readme": ""})
    git(outer, "init", "--quiet")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin), "inner")
    commit_all(outer)
    return outer / "inner"


def before_the_first_commit(folder: Path) -> Path:
    project = made_project(folder / "project", commit=False)
    git(project, "init", "--quiet")
    return project


def ignored(folder: Path) -> Path:
    project = made_project(folder / "project", commit=False)
    (project / ".gitignore").write_text("infra/\n")
    git(project, "init", "--quiet")
    commit_all(project)
    return project


def linked(folder: Path) -> Path:
    plain(folder)
    (folder / "link").symlink_to("project")
    return folder / "link"


PLACES = [
    plain,
    no_repository,
    detached,
    worktree,
    subdirectory,
    submodule,
    before_the_first_commit,
    ignored,
    linked,
]


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_edits_and_releases_meet_in_every_kind_of_place(tmp_path: Path, place: Callable[[Path], Path]) -> None:
    project = place(tmp_path)
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    edit(project, "ünï code.txt", "uni_9 = 9", "uni mine")
    before = read_tree(project / FOLDER)
    index = git(project, "ls-files", "--stage", status=None)
    ran = run_here("update", cwd=project)
    assert ran.status == 4, ran.err
    assert (project / FOLDER / "compose.yaml").read_text() == MERGED
    assert "<<<<<<< your-edits" in (project / FOLDER / "ünï code.txt").read_text()
    if place is not no_repository:
        assert "ünï code.txt" in git(project, "-c", "core.quotePath=false", "diff", "--name-only", "--diff-filter=U")
    assert run_here("update", "--abort", cwd=project).status == 0
    assert read_tree(project / FOLDER) == before
    assert git(project, "ls-files", "--stage", status=None) == index


@pytest.mark.slow
def test_a_sub_directory_of_a_monorepo_has_its_conflicts_in_the_index_of_the_whole(tmp_path: Path) -> None:
    project = subdirectory(tmp_path)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    assert run_here("update", cwd=project).status == 4
    status = git(tmp_path / "mono repo", "-c", "core.quotePath=false", "status", "--porcelain")
    assert f'UU "apps/ünï desk/{FOLDER}/compose.yaml"' in status


def test_a_submodule_in_the_place_of_the_files_keeps_its_entry_in_the_index(tmp_path: Path) -> None:
    project = made_project(tmp_path / "project", commit=False)
    shutil.move(project / "infra", tmp_path / "origin")
    git(tmp_path / "origin", "init", "--quiet")
    commit_all(tmp_path / "origin")
    git(project, "init", "--quiet")
    git(project, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "origin"), "infra")
    commit_all(project)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    index, inner = (git(folder, "ls-files", "--stage") for folder in (project, project / "infra"))
    assert run_here("update", cwd=project).status == 4
    assert "<<<<<<< your-edits" in (project / FOLDER / "compose.yaml").read_text()
    assert [git(folder, "ls-files", "--stage") for folder in (project, project / "infra")] == [index, inner]
    assert run_here("update", "--abort", cwd=project).status == 0
    assert git(project / "infra", "status", "--porcelain") == " M docker/compose.yaml\n"


@pytest.mark.slow
def test_modes_of_the_users_stay(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    root = project / FOLDER
    (root / "compose.yaml").chmod(0o444)
    (root / "ünï code.txt").chmod(0o755)
    (root / "scripts/run.sh").chmod(0o644)
    assert run_here("update", cwd=project).status == 0
    assert (root / "compose.yaml").read_text() == "# desk\n" + text("compose", l9="compose_9 = nine")
    assert (root / "compose.yaml").stat().st_mode & 0o777 == 0o444
    assert (root / "ünï code.txt").stat().st_mode & 0o111
    assert not (root / "bin/run.sh").stat().st_mode & 0o111
    assert (root / "extra.conf").stat().st_mode & 0o111


@pytest.mark.slow
@pytest.mark.parametrize("name", ["with space", "new\nline", "ünïcode", "-dash", 'quo"te', "back\\slash"])
def test_a_file_that_was_moved_to_any_name_still_gets_fixes(tmp_path: Path, name: str) -> None:
    project = made_project(tmp_path)
    root = project / FOLDER
    (root / name).mkdir()
    (root / "ünï code.txt").rename(root / name / name)
    edit(project, f"{name}/{name}", "uni_2 = 2", "uni_2 = mine")
    ran = run_here("update", "--to", "v1.1.0", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert classes(ran)[f"{name}/{name}"] == "merged"
    assert (root / name / name).read_text() == text("uni", l2="uni_2 = mine", l9="uni_9 = nine")
    assert run_here("undo", cwd=project).status == 0


@pytest.mark.slow
@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux takes names that are no UTF-8")
def test_a_name_that_is_no_utf_8_breaks_nothing(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    root = project / FOLDER
    target = root / os.fsdecode(b"b\xffd.txt")
    (root / "ünï code.txt").rename(target)
    assert run_here("update", "--to", "v1.1.0", "--quiet", cwd=project).status == 0
    assert target.read_text() == text("uni", l9="uni_9 = nine")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["compose.yaml", "old.conf", "legacy.conf", "scripts/run.sh"])
def test_a_link_of_the_users_stays_a_link_and_is_not_followed(tmp_path: Path, name: str) -> None:
    project = made_project(tmp_path / "project")
    target = build_tree(tmp_path, {"target": "elsewhere\n"}) / "target"
    (project / FOLDER / name).unlink()
    (project / FOLDER / name).symlink_to(target)
    ran = run_here("update", "--json", cwd=project)
    assert ran.status in (0, 4), ran.out
    assert target.read_text() == "elsewhere\n"
    links = [path for path in (project / FOLDER).rglob("*") if path.is_symlink()]
    assert [path.readlink() for path in links] == [target]
    assert run_here("undo", cwd=project).status == 0
    assert (project / FOLDER / name).readlink() == target


@pytest.mark.slow
def test_ignored_files_of_the_template_are_merged_all_the_same(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    (project / ".gitignore").write_text("*.conf\n")
    git(project, "init", "--quiet")
    commit_all(project)
    edit(project, "old.conf", "settings_2 = 2", "settings_2 = mine")
    ran = run_here("update", "--json", cwd=project)
    assert classes(ran)["settings.conf"] == "moved"
    wanted = text("settings", l2="settings_2 = mine", l9="settings_9 = nine")
    assert (project / FOLDER / "settings.conf").read_text() == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        {"GIT_DIR": "/nowhere/.git"},
        {"GIT_INDEX_FILE": "/nowhere/index"},
        {"GIT_WORK_TREE": "/nowhere", "GIT_PREFIX": "infra/"},
        {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "merge.conflictStyle", "GIT_CONFIG_VALUE_0": "diff3"},
        {"GIT_LITERAL_PATHSPECS": "1"},
        {"HOME": "/nowhere", "XDG_CACHE_HOME": "", "DAZZLE_INFRA_CACHE_DIR": ""},
    ],
    ids=lambda variables: " ".join(variables),
)
def test_what_git_or_home_say_around_it_changes_nothing(tmp_path: Path, variables: dict[str, str]) -> None:
    project = made_project(tmp_path)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    ran = run_here("update", "--json", cwd=project, environment=variables)
    assert ran.status == 4, ran.out
    assert "|||||||" not in (project / FOLDER / "compose.yaml").read_text()
    assert "UU infra/docker/compose.yaml" in git(project, "status", "--porcelain")


@pytest.mark.slow
def test_a_pre_commit_hook_can_run_it_without_spoiling_the_commit(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    hook = project / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nprintenv GIT_INDEX_FILE >hooked\nexec dazzle-infra check\n")
    hook.chmod(0o755)
    (project / "mine.txt").write_text("mine\n")
    set_ref(project, "v1.0.0")
    git(project, "add", "mine.txt")
    git(project, "commit", "--quiet", "--message", "mine", "mine.txt")
    assert (project / "hooked").exists()
    assert git(project, "show", "--format=", "--name-only", "HEAD") == "mine.txt\n"


@pytest.mark.slow
def test_an_empty_folder_left_by_a_removal_goes_and_one_with_own_files_stays(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (project / FOLDER / "scripts/own.log").write_text("mine\n")
    assert run_here("update", "--to", "v1.2.0", cwd=project).status == 0
    found = {path for path in read_tree(project / FOLDER) if path.endswith("own.log")}
    assert len(found) == 1
