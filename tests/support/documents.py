"""Reading the commands that a document shows, so that a test can run them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Block", "blocks"]

_DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<place>\w+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code of a document.

    Attributes:
        language: The first word of its fence.
        place: The second one, which says where its commands run; empty where there is none.
        text: What is in it.
    """

    language: str
    place: str
    text: str


def blocks(name: str) -> list[Block]:
    """Return the blocks of code of `docs/NAME`, in their order."""
    text = (_DOCS / name).read_text(encoding="utf-8")
    return [Block(found["language"], found["place"] or "", found["text"]) for found in _BLOCK.finditer(text)]
