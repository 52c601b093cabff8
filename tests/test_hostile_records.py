"""A `.dazzle-infra` that strangers made: nothing outside of the project is read, written or removed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_here, small_project
from tests.support.trees import build_tree, read_tree

OUTSIDE = {"home/.bashrc": "export PATH\n", "home/photos/one.jpg": "one\n"}
HOOK = "#!/bin/sh\n"
COMMANDS = [("docker",), ("update",), ("undo",), ("update", "--continue")]
PATHS = ["../home/new", "/{folder}/home/new", ".git/hooks/pre-commit", "a/../../home/new", ".GIT/x"]


def stranger(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Make a project whose `.dazzle-infra` strangers made, beside files of the person's own."""
    build_tree(folder, OUTSIDE)
    project = small_project(folder / "project")
    (project / ".git").mkdir()
    return build_tree(project, {f".dazzle-infra/{path}": text for path, text in (files or {}).items()})


def record(
    path: str = "x", *, saved: str | None = "0.old", mode: int = 0o755, more: Mapping[str, object] | None = None
) -> str:
    entry = {"path": path, "staged": None, "after": None, "before": "-", "saved": saved, "mode": mode}
    return json.dumps({"format": 1, "entries": [entry], "folders": [], "note": {"kind": "update"}, **(more or {})})


def refused(ran: Ran, folder: Path) -> None:
    assert ran.status == 5
    assert ran.err.startswith("error: ")
    assert "remove .dazzle-infra" in ran.err or "move .dazzle-infra" in ran.err
    assert {path: (folder / path).read_text(encoding="utf-8") for path in OUTSIDE} == OUTSIDE


@pytest.mark.parametrize("path", [*PATHS, "../home/.bashrc"])
def test_a_record_of_strangers_writes_nothing_outside_of_the_project(tmp_path: Path, path: str) -> None:
    files = {"journal.json": record(path.format(folder=tmp_path)), "staging/0.old": HOOK}
    project = stranger(tmp_path, files)
    refused(run_here("docker", cwd=project), tmp_path)
    assert read_tree(tmp_path / "home").keys() == {".bashrc", "photos/one.jpg"}
    assert not any((project / ".git").iterdir())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", ["folders", "present"])
def test_a_record_of_strangers_makes_and_removes_no_folder_outside_of_the_project(
    tmp_path: Path, path: str, key: str
) -> None:
    named = path.format(folder=tmp_path)
    folders = {"folders": [named], "present": {named: 0o777}}
    project = stranger(tmp_path, {"journal.json": record(more={key: folders[key]}), "staging/0.old": HOOK})
    refused(run_here("docker", cwd=project), tmp_path)
    assert not (tmp_path / "home/new").exists()
    assert not any((project / ".git").iterdir())


def test_what_a_record_of_strangers_puts_back_runs_as_nobody_else(tmp_path: Path) -> None:
    project = stranger(tmp_path, {"journal.json": record("mine", mode=0o6755), "staging/0.old": HOOK})
    run_here("docker", cwd=project)
    assert (project / "mine").stat().st_mode & 0o7777 == 0o755


def test_a_record_of_strangers_writes_through_no_link(tmp_path: Path) -> None:
    project = stranger(tmp_path, {"journal.json": record("link/new"), "staging/0.old": HOOK})
    (project / "link").symlink_to("../home")
    refused(run_here("docker", cwd=project), tmp_path)
    assert not (tmp_path / "home/new").exists()


def test_a_record_of_strangers_moves_no_file_into_the_project(tmp_path: Path) -> None:
    files = {"journal.json": record("mine", saved="../../../home/.bashrc"), "staging/0.old": HOOK}
    project = stranger(tmp_path, files)
    refused(run_here("docker", cwd=project), tmp_path)
    assert not (project / "mine").exists()


def test_a_backup_of_strangers_copies_no_file_into_the_project(tmp_path: Path) -> None:
    files = {"backups/00001/record.json": record("mine", saved="../../../../home/.bashrc")}
    project = stranger(tmp_path, files)
    ran = run_here("undo", cwd=project)
    refused(ran, tmp_path)
    assert ".dazzle-infra/backups/00001/record.json" in ran.err
    assert not (project / "mine").exists()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("backups", "../../home"),
        ("staging", "../../home"),
        ("answers", "../../home"),
        ("lock", "../../home/.bashrc"),
        ("journal.json", "../../home/.bashrc"),
        ("journal.new", "../../home/.bashrc"),
        (".gitignore", "../../home/new"),
        ("backups/00001/0.old", "../../../../home/.bashrc"),
    ],
)
def test_a_link_in_our_folder_is_not_followed(tmp_path: Path, command: tuple[str, ...], name: str, target: str) -> None:
    project = stranger(tmp_path, {"backups/00001/record.json": record()} if "0.old" in name else {"x": ""})
    (project / ".dazzle-infra" / name).symlink_to(target)
    refused(run_here(*command, cwd=project), tmp_path)
    assert not (tmp_path / "home/new").exists()


def test_a_record_whose_copies_are_gone_says_so(tmp_path: Path) -> None:
    project = stranger(tmp_path, {"journal.json": record("mine")})
    ran = run_here("docker", cwd=project)
    refused(ran, tmp_path)
    assert "the backup of mine" in ran.err
