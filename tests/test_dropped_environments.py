"""Environments that leave dazzle.toml: their folders stay to the byte, and come back without a conflict."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import classes, commit_all, git, shared_folder
from tests.support.trees import read_tree

ROOT = "infra/terraform"
STAGING = f"{ROOT}/envs/staging"


def set_environments(project: Path, *names: str, ref: str | None = None) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    pinned = f'ref = "{ref}"\n' if ref else ""
    (project / "dazzle.toml").write_text(
        f'{MANIFEST}backends = ["terraform"]\n\n[infra.terraform]\nenvironments = [{listed}]\n{pinned}'
    )


@cache
def _made() -> Path:
    project = small_project(shared_folder() / "environments")
    set_environments(project, "dev", "staging", ref="v1.0.0")
    assert run_here("terraform", cwd=project).status == 0
    set_environments(project, "dev", "staging")
    return project


def made(folder: Path, *, commit: bool = True) -> Path:
    """Copy a project of two environments that release 1.0.0 made."""
    project = shutil.copytree(_made(), folder / "app")
    if commit:
        git(project, "init", "--quiet")
        commit_all(project)
    return project


def drop_and_update(project: Path) -> None:
    set_environments(project, "dev")
    ran = run_here("update", cwd=project)
    assert ran.status == 0, ran.err


def test_the_folder_of_a_dropped_environment_stays_to_the_byte(tmp_path: Path) -> None:
    project = made(tmp_path)
    before = read_tree(project / STAGING)
    for module in ("logs", "secrets"):
        shutil.rmtree(project / ROOT / "modules" / module)
    set_environments(project, "dev")
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert read_tree(project / STAGING) == before
    # The files of the only environment that is left moved into the stack.
    moved = [path for path, kind in classes(ran, "terraform").items() if kind == "moved"]
    assert not [path for path in moved if not path.startswith("modules/stack/")]
    assert not [path for path in classes(ran, "terraform") if path.startswith("envs/staging")]
    status = run_here("status", "--json", cwd=project)
    assert {edit["state"] for edit in status.json["backends"][0]["edited"]} == {"deleted"}


@pytest.mark.parametrize("known_by", ["repository", "backups", "clone", "release"])
def test_an_environment_that_nobody_edited_comes_back_without_a_conflict(tmp_path: Path, known_by: str) -> None:
    project = made(tmp_path, commit=known_by in ("repository", "clone"))
    drop_and_update(project)
    if known_by in ("repository", "release"):
        shutil.rmtree(project / STATE)
    if known_by == "clone":
        commit_all(project)
        git(tmp_path, "clone", "--quiet", str(project), "clone")
        project = tmp_path / "clone"
    set_environments(project, "dev", "staging")
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    found = {kind for path, kind in classes(ran, "terraform").items() if path.startswith("envs/staging/")}
    assert found <= {"added", "removed", "updated"}
    fresh = small_project(tmp_path / "fresh")
    set_environments(fresh, "dev", "staging")
    assert run_here("terraform", cwd=fresh).status == 0
    updated = read_tree(project / STAGING)
    assert b"to   = module.stack.module.network\n" in updated.pop("moved.tf")
    assert updated == read_tree(fresh / STAGING)
    assert run_here("check", cwd=project).status == 0


def test_an_edit_of_an_environment_that_comes_back_is_merged(tmp_path: Path) -> None:
    project = made(tmp_path)
    file = project / STAGING / "versions.tf"
    drop_and_update(project)
    file.write_text(f"# ours\n{file.read_text()}")
    (project / STAGING / "README.own").write_text("ours\n")
    set_environments(project, "dev", "staging")
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert classes(ran, "terraform")["envs/staging/versions.tf"] == "merged"
    fresh = (project / ROOT / "envs/dev/versions.tf").read_text()
    assert file.read_text() == f"# ours\n{fresh}"
    assert (project / STAGING / "README.own").read_text() == "ours\n"


def test_an_own_folder_that_becomes_an_environment_is_merged_with_nothing(tmp_path: Path) -> None:
    project = made(tmp_path)
    own = project / ROOT / "envs/own"
    own.mkdir()
    (own / "versions.tf").write_text("# ours\n")
    set_environments(project, "dev", "staging", "own")
    ran = run_here("plan", "--json", cwd=project)
    found = {path: kind for path, kind in classes(ran, "terraform").items() if path.startswith("envs/own/")}
    assert found.pop("envs/own/versions.tf") == "conflict"
    assert set(found.values()) == {"added"}
