"""One mistake made in a rendered tree on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Mutation", "mutate"]


@dataclass(frozen=True)
class Mutation:
    """One exact replacement.

    Attributes:
        path: The file, below the rendered tree.
        before: Text that is there once.
        after: What replaces it.
        said: What the check says then, and does not say otherwise.
    """

    path: str
    before: str
    after: str
    said: str


def mutate(tree: Path, mutations: list[Mutation]) -> None:
    """Make the mistakes; each text is found once, or the table is out of date."""
    for mutation in mutations:
        path = tree / mutation.path
        text = path.read_text()
        count = text.count(mutation.before)
        assert count == 1, f"{mutation.path} has {mutation.before!r} {count} times"
        path.write_text(text.replace(mutation.before, mutation.after))
