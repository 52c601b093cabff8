"""`undo --list` and `undo --show`: what backups hold, and when, where and by which command they were made."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from dazzle_infra.transaction import Write, apply
from dazzle_infra.values.trees import File
from tests.support.cli import run_here
from tests.support.releases import FOLDER, edit, git, made_project
from tests.support.trees import read_tree

COMPOSE = f"{FOLDER}/compose.yaml"


def updated(folder: Path) -> Path:
    project = made_project(folder)
    (project / FOLDER / ".env").write_text("# mine\nexport TOKEN=hunter2\nKEY='two\nlines'\n")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    return project


def test_backups_are_listed_with_time_command_branch_and_files(tmp_path: Path) -> None:
    project = updated(tmp_path)
    [listed] = run_here("undo", "--list", "--json", cwd=project).json["backups"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", listed["time"])
    assert listed["command"] == "dazzle-infra update --to v1.1.0"
    assert (listed["kind"], listed["branch"], listed["state"]) == ("update", "main", None)
    assert listed["commit"] == git(project, "rev-parse", "HEAD").strip()
    assert (project / listed["path"]).is_dir()
    classes = {file["path"]: file["class"] for file in listed["files"]}
    assert classes[COMPOSE] == "updated"
    assert classes[f"{FOLDER}/extra.conf"] == "added"
    assert classes[f"{FOLDER}/legacy.conf"] == "removed"
    lines = run_here("undo", "--list", cwd=project).out.splitlines()
    assert re.fullmatch(r"00001   20.* UTC   dazzle-infra update --to v1\.1\.0   main", lines[0])
    assert f"  updated   {COMPOSE}" in lines
    assert run_here("undo", cwd=project).status == 0
    states = [(one["kind"], one["state"]) for one in run_here("undo", "--list", "--json", cwd=project).json["backups"]]
    assert states == [("undo", None), ("update", "undone")]


def test_a_saved_file_is_printed_byte_for_byte_and_secrets_are_redacted(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    latin = project / FOLDER / "ünï code.txt"
    latin.write_bytes(latin.read_bytes() + b"caf\xe9\n")
    before = (project / COMPOSE).read_bytes()
    (project / FOLDER / ".env").write_text("# mine\nexport TOKEN=hunter2\nKEY='two\nlines'\n")
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    assert run_here("undo", "--show", COMPOSE, cwd=project).out.encode() == before
    shown = run_here("undo", "--show", COMPOSE, "--json", cwd=project).json
    assert (shown["content"], shown["encoding"], shown["backup"]) == (before.decode(), "utf-8", "00001")
    assert run_here("undo", "--show", f"{FOLDER}/ünï code.txt", "--json", cwd=project).json["encoding"] == "base64"
    secret = run_here("undo", "--show", f"{FOLDER}/.env", cwd=project)
    assert secret.out == "# mine\nexport TOKEN=(redacted)\nKEY=(redacted)\n(redacted)\n"
    assert "hunter2" not in run_here("undo", "--show", f"{FOLDER}/.env", "--json", cwd=project).out


def test_a_file_or_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    assert run_here("undo", "--list", cwd=project).out == "no backups\n"
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0
    for arguments, words in (
        (("--show", "nothing"), "no backup contains nothing"),
        (("--show", f"{FOLDER}/extra.conf"), f"no backup contains {FOLDER}/extra.conf"),
        (("--show", COMPOSE, "--backup", "00007"), "no backup 00007"),
    ):
        ran = run_here("undo", *arguments, cwd=project)
        assert (ran.status, ran.out) == (5, "")
        assert words in ran.err
    assert run_here("undo", "--show", COMPOSE, "--backup", "00001", cwd=project).status == 0
    assert run_here("undo", "--list", "--show", COMPOSE, cwd=project).status == 2
    assert run_here("undo", "--backup", "00001", cwd=project).status == 2


def test_credentials_of_a_command_are_not_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["/usr/bin/dazzle-infra", "update", "--template=https://me:hunter2@example.com/x.git"]
    monkeypatch.setattr(sys, "argv", command)
    apply(tmp_path, [Write("a", File(b"new"))], backup="00001", note={"kind": "update"})
    listed = run_here("undo", "--list", "--json", cwd=tmp_path)
    assert listed.json["backups"][0]["command"] == "dazzle-infra update --template=https://…@example.com/x.git"
    assert not any(b"hunter2" in content for content in read_tree(tmp_path / ".dazzle-infra/backups").values())
