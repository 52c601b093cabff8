"""`.env` as a link, or with lines that cannot be read: refused only where a key has to be added."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project

ENV = "infra/docker/.env"


def made(folder: Path) -> Path:
    project = small_project(folder)
    assert run_here("docker", "-q", cwd=project).status == 0
    return project


def as_link(project: Path) -> None:
    (project / ENV).rename(project / ".env")
    (project / ENV).symlink_to("../../.env")


def as_link_to_outside(project: Path) -> None:
    (project / ENV).rename(project.parent / "outside.env")
    (project / ENV).symlink_to(project.parent / "outside.env")


def with_an_unreadable_line(project: Path) -> None:
    (project / ENV).write_bytes(b"NAME=caf\xe9\n" + (project / ENV).read_bytes())


@pytest.mark.parametrize("spoil", [as_link, as_link_to_outside, with_an_unreadable_line])
def test_a_file_that_has_all_keys_stops_nothing(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    project = made(tmp_path / "p")
    spoil(project)
    before = (project / ENV).read_bytes()
    model = project / "appspec.json"
    model.write_text(model.read_text().replace("Ticket Desk", "Desk"))
    assert run_here("plan", cwd=project).status == 0
    assert run_here("check", cwd=project).status == 3
    ran = run_here("update", cwd=project)
    assert ran.status == 0, ran.err
    assert (project / ENV).read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (as_link, "is a symbolic link and lacks POSTGRES_PASSWORD"),
        (as_link_to_outside, "is a symbolic link and lacks POSTGRES_PASSWORD"),
        (with_an_unreadable_line, "is not UTF-8 and lacks POSTGRES_PASSWORD"),
    ],
)
@pytest.mark.parametrize("command", ["update", pytest.param("plan", marks=pytest.mark.slow)])
def test_one_that_lacks_a_key_is_refused_and_the_key_is_named(
    tmp_path: Path, command: str, spoil: Callable[[Path], None], words: str
) -> None:
    project = made(tmp_path / "p")
    lines = (project / ENV).read_bytes().splitlines(keepends=True)
    (project / ENV).write_bytes(b"".join(line for line in lines if not line.startswith(b"POSTGRES_PASSWORD")))
    spoil(project)
    before = (project / ENV).read_bytes()
    ran = run_here(command, cwd=project)
    assert ran.status == 5
    assert f"{ENV} {words}" in ran.err
    assert (project / ENV).read_bytes() == before


@pytest.mark.parametrize(
    ("make", "words"),
    [(lambda path: path.symlink_to("nowhere"), "is a symbolic link"), (os.mkfifo, "is not a file")],
    ids=["a dangling link", "a pipe"],
)
def test_what_holds_no_keys_is_refused(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    project = made(tmp_path)
    (project / ENV).unlink()
    make(project / ENV)
    ran = run_here("update", cwd=project)
    assert ran.status == 5
    assert f"{ENV} {words} and lacks " in ran.err
