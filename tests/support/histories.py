"""Random histories of a template and of the files that a person made of it."""

from __future__ import annotations

import random
from collections.abc import Mapping

from dazzle_infra.engine.changes import Sides
from dazzle_infra.engine.classify import classify
from dazzle_infra.engine.merge import merge
from dazzle_infra.engine.store import Blob

__all__ = ["History", "assert_nothing_is_lost"]

WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]


class History:
    """A random template, its next version, other answers, and what a person did in between."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets
        self.base = {f"d{index % 4}/f{index}.tf": self.lines(4, 20) for index in range(12)}
        self.middle = self.version(self.base) if self.random.random() < 0.7 else self.base
        self.new = self.answers(self.middle) if self.random.random() < 0.8 else self.middle
        self.marks: list[str] = []
        self.yours = self.edits(self.base)

    def lines(self, least: int, most: int) -> list[str]:
        count = self.random.randrange(least, most)
        return [
            f"{self.random.choice(WORDS)} {self.random.choice(WORDS)} {self.random.randrange(50)}" for _ in range(count)
        ]

    def version(self, files: Mapping[str, list[str]]) -> dict[str, list[str]]:
        found = {}
        for path, lines in files.items():
            dice, text = self.random.random(), list(lines)
            if dice < 0.1:
                continue
            name = f"moved{self.random.randrange(3)}/{path.rpartition('/')[2]}" if dice < 0.2 else path
            if dice > 0.5:
                for _ in range(self.random.randrange(1, 4)):
                    text[self.random.randrange(len(text))] = self.lines(1, 2)[0]
            found[name] = text
        for _ in range(self.random.randrange(3)):
            found[f"add{self.random.randrange(9)}/n{self.random.randrange(99)}.tf"] = self.lines(3, 15)
        return found

    def answers(self, files: Mapping[str, list[str]]) -> dict[str, list[str]]:
        likeness = self.random.choice([0.5, 0.9])
        found = {path: lines for path, lines in files.items() if self.random.random() > 0.15}
        for path, lines in files.items():
            if self.random.random() < 0.15:
                similar = [line if self.random.random() < likeness else self.lines(1, 2)[0] for line in lines]
                found[path.replace(".tf", f"-{self.random.randrange(9)}.tf")] = similar
        return found

    def edits(self, files: Mapping[str, list[str]]) -> dict[str, list[str]]:
        found = {}
        for path, lines in files.items():
            dice, text, name = self.random.random(), list(lines), path
            if dice < 0.08:
                continue
            for _ in range(self.random.randrange(1, 3) if dice < 0.55 else 0):
                mark = f"# MINE {len(self.marks)}"
                self.marks.append(mark)
                position = self.random.randrange(len(text) + 1)
                text[position : position + self.random.randrange(2)] = [mark]
            if self.random.random() < 0.08:
                name = f"own/{path.rpartition('/')[2]}"
            found[name] = text
        if self.random.random() < 0.3:
            self.marks.append("# MINE own")
            found["mine.local.tf"] = ["# MINE own"]
        if self.random.random() < 0.1:
            self.marks.append("# MINE added")
            found[f"add{self.random.randrange(9)}/n{self.random.randrange(99)}.tf"] = ["# MINE added"]
        return found


def _rendered(files: Mapping[str, list[str]]) -> dict[str, Blob]:
    return {path: Blob(("\n".join(lines) + "\n").encode()) for path, lines in files.items()}


def assert_nothing_is_lost(seed: int) -> None:
    """Merge that history: each line is there, none in a file that the answers brought, and the changes add up."""
    history = History(seed)
    sides = Sides(_rendered(history.base), _rendered(history.new), _rendered(history.yours))
    outcome = merge(sides.base, _rendered(history.middle), sides.new, sides.yours, "v1.1.0")
    everything = b"\n".join(blob.content for blob in outcome.tree.values()).decode()
    written = {line for lines in history.yours.values() for line in lines}
    lost = [mark for mark in history.marks if mark in written and mark not in everything.splitlines()]
    assert lost == [], f"history {seed} loses {lost}"
    only_added = set(history.new) - set(history.middle) - set(history.yours)
    misplaced = [path for path in only_added if b"# MINE" in outcome.tree.get(path, Blob(b"")).content]
    assert misplaced == [], f"history {seed} puts an edit into {misplaced}"
    changes = classify(sides, outcome)
    after = dict(sides.yours)
    for change in changes.changes:
        if change.after is None:
            after.pop(change.path, None)
        else:
            after[change.path] = change.after
    assert after == outcome.tree, f"history {seed}: the change set does not make the merged tree"
