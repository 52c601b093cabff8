"""Reading the files of Terraform that are on disk."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["files_below"]


def files_below(root: Path) -> dict[str, bytes]:
    """Read the `.tf` files below a folder, without what Terraform itself keeps there."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != ".terraform")
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(".tf") and path.is_file():
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found
