"""Random histories of a template and of the files that a person made of it.

Each folder of the template has the same `versions.tf`, as Terraform's modules do. The person has folders of their own,
with copies of the template's files and of that boilerplate, which no update may change.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from dazzle_infra.merging.changes import Change, Sides
from dazzle_infra.merging.classify import classify
from dazzle_infra.merging.merge import Outcome, merge
from dazzle_infra.merging.store import Blob

__all__ = ["History", "assert_nothing_is_lost"]

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
BOILERPLATE = [
    "terraform {",
    '  required_version = ">= 1.9"',
    "  required_providers {",
    "    aws = {",
    '      source  = "hashicorp/aws"',
    '      version = ">= 6.0, < 7.0"',
    "    }",
    "  }",
    "}",
]
FORBIDDEN = ("mine/", "d9/", "own-module/")
"""The person's own folders."""

Files = Mapping[str, list[str]]


class History:
    """A random template, its next version, other answers, and what a person did in between.

    Attributes:
        moves: What the version really renamed: the new path by the old one.
        own: The files in the person's own folders.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.base = {f"d{index % 4}/f{index}.tf": self.lines(4, 20) for index in range(12)}
        self.base |= {f"d{index}/versions.tf": list(BOILERPLATE) for index in range(4)}
        self.moves: dict[str, str] = {}
        self.middle = self.version(self.base) if self.random.random() < 0.7 else self.base
        self.new = self.answers(self.middle) if self.random.random() < 0.8 else self.middle
        self.marks: list[str] = []
        self.yours = self.edits(self.base)
        self.own = self.own_files()
        self.yours |= self.own

    def lines(self, least: int, most: int) -> list[str]:
        count = self.random.randrange(least, most)
        return [
            f"{self.random.choice(WORDS)} {self.random.choice(WORDS)} {self.random.randrange(50)}" for _ in range(count)
        ]

    def version(self, files: Files) -> dict[str, list[str]]:
        renamed = f"d{self.random.randrange(4)}/" if self.random.random() < 0.2 else None
        dropped = f"d{self.random.randrange(4)}/" if self.random.random() < 0.2 else None
        boilerplate = [line.replace("6.0", f"6.{self.random.randrange(4)}") for line in BOILERPLATE]
        found = {}
        for path, lines in files.items():
            dice, text = self.random.random(), list(lines)
            if dropped is not None and path.startswith(dropped):
                continue
            if path.endswith("/versions.tf"):
                text, name = list(boilerplate), path
            elif dice < 0.1:
                continue
            else:
                name = f"moved{self.random.randrange(3)}/{path.rpartition('/')[2]}" if dice < 0.2 else path
                for _ in range(self.random.randrange(1, 4) if dice > 0.5 else 0):
                    text[self.random.randrange(len(text))] = self.lines(1, 2)[0]
            if renamed is not None and path.startswith(renamed):
                name = f"renamed/{path.removeprefix(renamed)}"
            found[name] = text
            if name != path:
                self.moves[path] = name
        for _ in range(self.random.randrange(3)):
            folder = f"add{self.random.randrange(9)}"
            found[f"{folder}/n{self.random.randrange(99)}.tf"] = self.lines(3, 15)
            found[f"{folder}/versions.tf"] = list(boilerplate)
        return found

    def answers(self, files: Files) -> dict[str, list[str]]:
        likeness = self.random.choice([0.5, 0.9])
        found = {path: lines for path, lines in files.items() if self.random.random() > 0.15}
        for path, lines in files.items():
            if self.random.random() < 0.15:
                similar = [line if self.random.random() < likeness else self.lines(1, 2)[0] for line in lines]
                found[path.replace(".tf", f"-{self.random.randrange(9)}.tf")] = similar
        return found

    def edits(self, files: Files) -> dict[str, list[str]]:
        deleted = f"d{self.random.randrange(4)}/" if self.random.random() < 0.3 else None
        moved = f"d{self.random.randrange(4)}/" if self.random.random() < 0.15 else None
        found = {}
        for path, lines in files.items():
            dice, text, name = self.random.random(), list(lines), path
            if dice < 0.08 or (deleted is not None and path.startswith(deleted)):
                continue
            for _ in range(self.random.randrange(1, 3) if dice < 0.55 else 0):
                mark = f"# MINE {len(self.marks)}"
                self.marks.append(mark)
                position = self.random.randrange(len(text) + 1)
                text[position : position + self.random.randrange(2)] = [mark]
            if moved is not None and path.startswith(moved):
                name = f"taken/{path.removeprefix(moved)}"
            elif self.random.random() < 0.08:
                name = f"own/{path.rpartition('/')[2]}"
            found[name] = text
        if self.random.random() < 0.3:
            self.marks.append("# MINE own")
            found["mine.local.tf"] = ["# MINE own"]
        if self.random.random() < 0.1:
            self.marks.append("# MINE added")
            found[f"add{self.random.randrange(9)}/n{self.random.randrange(99)}.tf"] = ["# MINE added"]
        return found

    def own_files(self) -> dict[str, list[str]]:
        """Return files in the person's own folders: boilerplate, copies of files that are there still, and others."""
        found: dict[str, list[str]] = {}
        present = [path for path in self.yours if path in self.base and not path.endswith("/versions.tf")]
        for folder in FORBIDDEN:
            if self.random.random() < 0.5:
                boilerplate = [line for line in BOILERPLATE if self.random.random() < 0.9]
                found[f"{folder}versions.tf"] = boilerplate + (["# MINE too"] if self.random.random() < 0.3 else [])
                found[f"{folder}own.tf"] = self.lines(1, 9)
            for path in self.random.sample(present, min(len(present), self.random.randrange(4))):
                source = self.random.choice([self.base, self.yours])
                found[folder + path.rpartition("/")[2]] = list(source[path])
        return found


def _rendered(files: Files) -> dict[str, Blob]:
    return {path: Blob(("\n".join(lines) + "\n").encode()) for path, lines in files.items()}


def assert_nothing_is_lost(seed: int) -> None:
    """Merge that history: each line is there, in no wrong file, own folders are as before, and the report is right."""
    history = History(seed)
    sides = Sides(_rendered(history.base), _rendered(history.new), _rendered(history.yours))
    outcome = merge(sides.base, _rendered(history.middle), sides.new, sides.yours, "v1.1.0")
    changes = classify(sides, outcome).changes
    everything = b"\n".join(blob.content for blob in outcome.tree.values()).decode().splitlines()
    written = {line for lines in history.yours.values() for line in lines}
    lost = [mark for mark in history.marks if mark in written and mark not in everything]
    assert lost == [], f"history {seed} loses {lost}"
    only_added = set(history.new) - set(history.middle) - set(history.yours)
    misplaced = [path for path in only_added if b"# MINE" in outcome.tree.get(path, Blob(b"")).content]
    assert misplaced == [], f"history {seed} puts an edit into {misplaced}"
    touched = [path for path in history.own if outcome.tree.get(path) != sides.yours[path]]
    touched += [path for path in outcome.tree if path.startswith(FORBIDDEN) and path not in history.own]
    touched += [change.path for change in changes if change.path.startswith(FORBIDDEN)]
    assert touched == [], f"history {seed} changes the person's own {touched}"
    after = dict(sides.yours)
    for change in changes:
        if change.after is None:
            after.pop(change.path, None)
        else:
            after[change.path] = change.after
        assert _is_true(change, history, sides, outcome), f"history {seed} reports falsely: {change}"
    assert after == outcome.tree, f"history {seed}: the change set does not make the merged tree"


def _is_true(change: Change, history: History, sides: Sides, outcome: Outcome) -> bool:
    """Say whether a report agrees with what the template and the person really did."""
    path, base, yours = change.path, sides.base.get(change.path), sides.yours.get(change.path)
    if change.from_path is not None and change.kind in ("moved", "conflict"):
        source = change.from_path
        is_folder = source not in sides.base and path.startswith("renamed/")
        return source in sides.yours and (history.moves.get(source) == path or is_folder)
    return {
        "added": yours is None and path not in history.base,
        "removed": yours is not None and (yours == base or path in outcome.moved.values()),
        "updated": yours is not None and yours == base and change.after != base,
        "merged": yours is not None and yours != base,
        "kept-edited": yours is not None and yours != base and path not in sides.new,
        "kept-deleted": yours is None,
        "conflict": yours is None or yours != base,
    }[change.kind]
