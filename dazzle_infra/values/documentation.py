"""Where the pages of the documentation are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["documentation"]

_INSTALLED: Final = Path(__file__).parents[1] / "docs"
"""The folder of the pages in a wheel; an editable installation does not have it."""


def documentation(page: str) -> str:
    """Return where a page is: its path in an installed package; in a checkout, relative to its top.

    Args:
        page: The page relative to the top of the repository, such as `docs/commands.md#backends`.
    """
    return str(_INSTALLED / page.removeprefix("docs/")) if _INSTALLED.is_dir() else page
