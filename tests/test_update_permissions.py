"""Permissions and empty folders: an update that is taken back, or cut off, leaves them as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE, Write, apply, recover
from dazzle_infra.values.trees import File
from tests.support.cli import run_here
from tests.support.releases import FOLDER, edit, made_project
from tests.support.trees import build_tree

ODD = {"scripts": 0o700, "legacy.conf": 0o666, "old.conf": 0o600, "compose.yaml": 0o744, "scripts/run.sh": 0o640}
"""What a person may make of the permissions: of what an update drops, moves, changes and leaves."""


def permissions(root: Path) -> dict[str, int]:
    found = ((path.relative_to(root), path.lstat().st_mode) for path in sorted(root.rglob("*")))
    return {path.as_posix(): mode for path, mode in found if not {STATE, ".git"} & set(path.parts)}


@pytest.mark.parametrize("command", [["undo"], ["update", "--abort"]], ids=["undo", "abort"])
def test_what_is_taken_back_has_the_permissions_and_the_empty_folders_of_before(
    tmp_path: Path, command: list[str]
) -> None:
    project = made_project(tmp_path, commit=False)
    for name, mode in ODD.items():
        (project / FOLDER / name).chmod(mode)
    (project / FOLDER / "bin/sub").mkdir(parents=True)
    (project / FOLDER / "bin").chmod(0o750)
    if "--abort" in command:
        edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    before = permissions(project)
    ran = run_here("update", "--to", "v1.2.0", cwd=project)
    assert ran.status == (4 if "--abort" in command else 0), ran.err
    assert permissions(project) != before
    assert run_here(*command, cwd=project).status == 0
    assert permissions(project) == before


def test_an_update_and_its_undo_keep_the_special_bits_of_files_and_folders(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    special = {"compose.yaml": 0o4744, "scripts": 0o2755, "scripts/run.sh": 0o2750, "legacy.conf": 0o1644}
    for name, mode in special.items():
        (project / FOLDER / name).chmod(mode)
    before = permissions(project)
    assert run_here("update", "--to", "v1.2.0", cwd=project).status == 0
    assert not (project / FOLDER / "scripts").exists()
    assert (project / FOLDER / "compose.yaml").stat().st_mode & 0o7777 == 0o4744
    assert run_here("undo", cwd=project).status == 0
    assert permissions(project) == before


def test_permissions_that_were_changed_after_an_update_are_a_later_edit(tmp_path: Path) -> None:
    project = made_project(tmp_path, commit=False)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    file = project / FOLDER / "compose.yaml"
    before = file.stat().st_mode & 0o7777
    file.chmod(0o600)
    ran = run_here("undo", cwd=project)
    assert ran.status == 5
    assert "permissions of these files changed after the update: infra/docker/compose.yaml" in ran.err
    assert file.stat().st_mode & 0o7777 == 0o600
    file.chmod(before)
    assert run_here("undo", cwd=project).status == 0


def test_an_update_leaves_who_may_execute_a_file_that_stays_one_that_can_be(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"run.sh": "1"})
    (project / "run.sh").chmod(0o740)
    apply(project, [Write("run.sh", File(b"2", 0o755), b"1")])
    assert permissions(project) == {"run.sh": 0o100740}


def test_a_run_that_was_cut_off_leaves_the_folders_that_it_removed(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"a/b/file": "1"})
    (project / "a/b/file").chmod(0o2640)
    (project / "a/b").chmod(0o2750)
    (project / "a/taken/empty").mkdir(parents=True)
    before = permissions(project)

    def die(point: str) -> None:
        if point == "wrote a/taken":
            assert not (project / "a/b").exists()
            os._exit(9)

    child = os.fork()
    if child == 0:
        apply(project, [Write("a/b/file", None, b"1"), Write("a/taken", File(b"2"))], die)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert recover(project) == []
    assert permissions(project) == before
