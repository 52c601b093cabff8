"""A person who edits rendered files at random, and remembers what was written."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from tests.support.trees import read_tree

__all__ = ["Person"]

ANSWERS = ".copier-answers.yml"
OWN = ("mine", "house")
OWN_PREFIXES = tuple(f"{folder}/" for folder in OWN)


class Person:
    """Edits the files at random, and remembers each line that was written."""

    def __init__(self, root: Path, dice: random.Random) -> None:
        self.root = root
        self.dice = dice
        self.written: set[bytes] = set()
        self.own = self.make_own_folders()

    def files(self) -> list[Path]:
        found = (path for path in self.root.rglob("*") if path.is_file() and path.name not in (ANSWERS, ".env"))
        return sorted(path for path in found if b"\0" not in path.read_bytes() and not self.is_own(path))

    def is_own(self, path: Path) -> bool:
        return path.relative_to(self.root).parts[0] in OWN

    def make_own_folders(self) -> dict[str, bytes]:
        """Make folders of the person's own, with a part of a rendered file each; nothing may change them."""
        rendered = [path for path in self.root.rglob("*.conf") if path.is_file()]
        for folder in OWN:
            if self.dice.random() < 0.5:
                source = self.dice.choice(sorted(rendered))
                (self.root / folder).mkdir()
                lines = source.read_bytes().splitlines(keepends=True)
                content = b"".join(lines[: len(lines) // 3]) + b"# of my own\n" * 9
                (self.root / folder / source.name).write_bytes(content)
        return self.own_folders()

    def own_folders(self) -> dict[str, bytes]:
        """Return what is in the person's own folders."""
        return {path: content for path, content in read_tree(self.root).items() if path.startswith(OWN_PREFIXES)}

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
