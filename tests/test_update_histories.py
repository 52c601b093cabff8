"""Random histories through the command line: every line that a person wrote is there afterwards."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dazzle_infra.engine import STATE
from tests.support.cli import SMALL, run_cli
from tests.support.releases import FOLDER, RELEASES, WITH_FILES, WITH_MAIL, made_project, set_model
from tests.support.trees import read_tree

MODELS = (SMALL, WITH_FILES, WITH_MAIL, WITH_FILES | WITH_MAIL)
ANSWERS = ".copier-answers.yml"


class Person:
    """Edits the files at random, and remembers each line that was written."""

    def __init__(self, root: Path, dice: random.Random) -> None:
        self.root = root
        self.dice = dice
        self.written: set[bytes] = set()

    def files(self) -> list[Path]:
        found = (path for path in self.root.rglob("*") if path.is_file() and path.name not in (ANSWERS, ".env"))
        return sorted(path for path in found if b"\0" not in path.read_bytes())

    def edit(self) -> None:
        for _ in range(self.dice.randrange(1, 7)):
            if files := self.files():
                self.dice.choice(self.deeds())(self.dice.choice(files))

    def deeds(self) -> list[Callable[[Path], None]]:
        return [
            self.insert,
            self.insert,
            self.replace,
            self.replace,
            self.delete_line,
            self.rename,
            self.move,
            self.delete,
            self.add,
            self.chmod,
            self.crlf,
        ]

    def line(self) -> bytes:
        mark = f"# MINE {len(self.written)}".encode()
        self.written.add(mark)
        return mark

    def change(self, path: Path, replaced: int, new: list[bytes]) -> None:
        lines = path.read_bytes().split(b"\n")
        end = b"\r" if lines and lines[0].endswith(b"\r") else b""
        position = self.dice.randrange(len(lines))
        self.forget(lines[position : position + replaced])
        lines[position : position + replaced] = [line + end for line in new]
        path.write_bytes(b"\n".join(lines))

    def forget(self, lines: list[bytes]) -> None:
        self.written -= {line.strip() for line in lines}

    def insert(self, path: Path) -> None:
        self.change(path, 0, [self.line()])

    def replace(self, path: Path) -> None:
        self.change(path, 1, [self.line()])

    def delete_line(self, path: Path) -> None:
        self.change(path, 1, [])

    def rename(self, path: Path) -> None:
        path.rename(path.with_name(f"my {len(self.written)}-{path.name}"))

    def move(self, path: Path) -> None:
        target = self.root / "own" / str(self.dice.randrange(3)) / path.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)

    def delete(self, path: Path) -> None:
        self.forget(path.read_bytes().split(b"\n"))
        path.unlink()

    def add(self, path: Path) -> None:
        name = self.dice.choice(["extra.conf", "storage.conf", "bin/run.sh", "Extra.conf", "node/own.txt", "own.txt"])
        target = self.root / name
        if not target.exists() and not target.parent.is_file():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(self.line() + b"\n")

    def chmod(self, path: Path) -> None:
        path.chmod(path.stat().st_mode ^ 0o111)

    def crlf(self, path: Path) -> None:
        content = path.read_bytes()
        is_crlf = b"\r\n" in content
        path.write_bytes(content.replace(b"\r\n", b"\n") if is_crlf else content.replace(b"\n", b"\r\n"))

    def resolve(self) -> None:
        """Keep every line of both sides."""
        for path in self.files():
            lines = path.read_bytes().split(b"\n")
            kept = [line for line in lines if not line.startswith((b"<<<<<<< ", b"=======", b">>>>>>> "))]
            path.write_bytes(b"\n".join(kept))

    def missing(self) -> set[bytes]:
        there = {line.strip() for content in read_tree(self.root).values() for line in content.split(b"\n")}
        return self.written - there


def assert_nothing_is_lost(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    folder = Path(tempfile.mkdtemp())
    try:
        project = made_project(folder / "p", dice.choice(sorted(RELEASES)), commit=dice.random() < 0.5)
        person = Person(project / FOLDER, dice)
        for _ in range(2):
            person.edit()
            set_model(project, dice.choice(MODELS))
            _update(project, person, dice, seed)
    finally:
        shutil.rmtree(folder)


def _update(project: Path, person: Person, dice: random.Random, seed: int) -> None:
    before = {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}
    ran = run_cli("update", "--to", dice.choice([*RELEASES, "recorded"]), "--json", cwd=project)
    assert ran.status in (0, 4), f"history {seed}: {ran.out}{ran.err}"
    assert not person.missing(), f"history {seed} loses {person.missing()}"
    if dice.random() < 0.3 and ran.json["applied"]:
        back = run_cli("update", "--abort", cwd=project) if ran.status == 4 else run_cli("undo", cwd=project)
        assert back.status == 0, f"history {seed}: {back.err}"
        after = {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}
        assert after == before, f"history {seed} is not taken back"
    elif ran.status == 4:
        person.resolve()
        done = run_cli("update", "--continue", cwd=project)
        assert done.status == 0, f"history {seed}: {done.err}"


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("UPDATE_HISTORIES", "100")),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.integers(min_value=0, max_value=1_000_000))
def test_no_line_is_lost_in_random_histories(seed: int) -> None:
    assert_nothing_is_lost(seed)
