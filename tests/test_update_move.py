"""Another output directory in dazzle.toml over files that exist: never a second copy; `update --move` moves them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE, recover
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import FOLDER, commit_all, edit, git, made_project, releases, set_ref
from tests.support.trees import build_tree, read_tree

NEW = "deploy/stack"
COMMANDS = [["status"], ["check"], ["plan"], ["update"], ["docker"], ["all"], ["update", "--repair"]]


def redirected(folder: Path, ref: str = "v1.0.0", new: str = NEW) -> Path:
    """Make a project with edits, whose dazzle.toml names another directory than its files are in."""
    project = made_project(folder)
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    build_tree(project / FOLDER, {"own/notes.txt": "mine\n", ".terraform/providers/x": "binary\n"})
    (project / FOLDER / "own/link").symlink_to("../compose.yaml")
    (project / FOLDER / "empty").mkdir()
    (project / FOLDER / "own").chmod(0o750)
    set_ref(project, ref, f'output = "{new}"\n')
    return project


def everything(project: Path) -> dict[str, tuple[int, bytes | str | None]]:
    found: dict[str, tuple[int, bytes | str | None]] = {}
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        if not {STATE, ".git"} & set(path.parts):
            content = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[name] = (path.lstat().st_mode, content)
    return found


def test_every_command_names_both_directories_and_makes_no_second_copy(tmp_path: Path) -> None:
    project = redirected(tmp_path)
    before = everything(project)
    for command in COMMANDS:
        ran = run_here(*command, cwd=project)
        assert ran.status == 5, command
        assert f"the files of docker are in {FOLDER}, but dazzle.toml names {NEW}" in ran.err
        assert "dazzle-infra update --move" in ran.err
        assert "dazzle.toml:11" in ran.err
    assert everything(project) == before


@pytest.mark.parametrize("ref", [pytest.param("v1.0.0", marks=pytest.mark.slow), "v1.1.0"])
def test_a_move_takes_everything_along_and_undo_brings_everything_back(tmp_path: Path, ref: str) -> None:
    project = redirected(tmp_path, ref)
    before = everything(project)
    previewed = run_here("update", "--move", "--dry-run", cwd=project)
    assert previewed.status == 0, previewed.err
    assert f"{FOLDER} → {NEW}" in previewed.out
    assert everything(project) == before
    ran = run_here("update", "--move", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert ran.json["applied"]
    [shown] = ran.json["backends"]
    assert (shown["directory"], shown["moved_from"]) == (NEW, FOLDER)
    assert not (project / "infra").exists()
    after = everything(project)
    for path, content in before.items():
        name = path.removeprefix(f"{FOLDER}/")
        if name.startswith(("own", ".terraform", "empty", ".env")):
            assert after[f"{NEW}/{name}"] == content, path
    compose = (project / NEW / "compose.yaml").read_text()
    assert "compose_2 = mine" in compose
    assert ("compose_9 = nine" in compose) == (ref == "v1.1.0")
    assert run_here("check", cwd=project).status == 0
    [listed] = run_here("undo", "--list", "--json", cwd=project).json["backups"]
    assert listed["moved"] == [{"from": FOLDER, "to": NEW}]
    assert run_here("undo", cwd=project).status == 0
    assert everything(project) == before


@pytest.mark.slow
def test_a_conflict_is_left_at_the_new_place_and_abort_moves_back(tmp_path: Path) -> None:
    project = redirected(tmp_path, "v1.1.0")
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    before, index = everything(project), git(project, "ls-files", "--stage")
    assert run_here("update", "--move", cwd=project).status == 4
    assert "<<<<<<< your-edits" in (project / NEW / "compose.yaml").read_text()
    assert f"UU {NEW}/compose.yaml" in git(project, "status", "--porcelain")
    assert run_here("update", "--continue", cwd=project).status == 4
    assert run_here("update", "--abort", cwd=project).status == 0
    assert everything(project) == before
    assert git(project, "ls-files", "--stage") == index


@pytest.mark.parametrize(
    "spoil", ["not empty", *(pytest.param(one, marks=pytest.mark.slow) for one in ("inside", "a link"))]
)
def test_a_move_that_cannot_be_made_is_refused(tmp_path: Path, spoil: str) -> None:
    project = redirected(tmp_path, new=f"{FOLDER}/sub" if spoil == "inside" else NEW)
    if spoil == "not empty":
        build_tree(project / NEW, {"theirs.txt": "x\n"})
    elif spoil == "a link":
        shutil.move(project / FOLDER, project / "real")
        (project / FOLDER).symlink_to("../real")
    before = everything(project)
    ran = run_here("update", "--move", cwd=project)
    assert ran.status == 5
    assert {"not empty": "not empty", "inside": "inside the other", "a link": "is not a folder"}[spoil] in ran.err
    assert everything(project) == before


KILLED = """
import os, sys
from pathlib import Path
from dazzle_infra.values.trees import File; from dazzle_infra.transaction import Write, apply
project, point = Path(sys.argv[1]), sys.argv[2]
writes = [Write("a/b/x", File(b"new"), b"old"), Write("a/b/y", None, b"old"), Write("a/b/z", File(b"new"))]
apply(project, writes, lambda at: os._exit(9) if at == point else None, backup="00001", moves=[("a/b", "c/d/e")])
"""


@pytest.mark.parametrize("point", ["recorded", "made c/d", "wrote a/b/z", "moved", "written", "saved"])
def test_a_move_that_is_killed_is_rolled_back(tmp_path: Path, point: str) -> None:
    project = build_tree(tmp_path, {"a/b/x": "old", "a/b/y": "old", "a/b/own/z": "own"})
    (project / "a").chmod(0o750)
    before = everything(project)
    died = subprocess.run([sys.executable, "-c", KILLED, str(project), point], check=False)
    assert died.returncode == 9
    assert recover(project) == []
    assert everything(project) == before


@pytest.mark.slow
def test_a_clone_finds_the_files_wherever_they_are_and_takes_no_sample_for_them(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p", f'{MANIFEST}\n[infra.docker]\noutput = "ops/one"\n')
    git(project, "init", "--quiet")
    assert run_here("docker", "-q", cwd=project).status == 0
    shutil.copytree(project / "ops/one", project / "tests/a-sample", ignore=shutil.ignore_patterns(".env"))
    commit_all(project)
    git(tmp_path, "clone", "--quiet", str(project), "clone")
    clone = tmp_path / "clone"
    (clone / "dazzle.toml").write_text(f'{MANIFEST}\n[infra.docker]\noutput = "ops/two"\n')
    refused = run_here("status", cwd=clone)
    assert refused.status == 5
    assert "ops/one" in refused.err
    assert run_here("update", "--move", cwd=clone).status == 0
    assert "ops/two" in (clone / "ops/two/README.md").read_text()
    shutil.rmtree(clone / "ops")
    ran = run_here("update", cwd=clone)
    assert "tests/a-sample" not in ran.err


@pytest.mark.slow
def test_many_applications_report_the_one_that_is_to_be_moved(tmp_path: Path) -> None:
    redirected(tmp_path / "a")
    ran = run_here("update", "--all", "--json", cwd=tmp_path)
    assert ran.status == 5
    assert [one["error"]["code"] for one in ran.json["applications"]] == ["moved"]
    assert run_here("update", "--all", "--move", cwd=tmp_path).status == 2


@pytest.mark.slow
def test_both_backends_move_in_one_step(tmp_path: Path) -> None:
    project = made_project(tmp_path, both=True)
    table = f'[infra.terraform]\ntemplate = "{releases()}"\nref = "v1.0.0"\nroot_module = "cloud"\n'
    set_ref(project, "v1.0.0", f'output = "stack"\n\n{table}')
    before = read_tree(project / "infra")
    assert run_here("update", "--move", cwd=project).status == 0
    assert {path.partition("/")[0] for path in read_tree(project) if "compose.yaml" in path} == {"cloud", "stack"}
    assert run_here("undo", cwd=project).status == 0
    assert read_tree(project / "infra") == before
