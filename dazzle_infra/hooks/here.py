"""How a path or a project is named by a person at the working directory, so that a printed command can be pasted."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

__all__ = ["project_option", "relative_path"]


def relative_path(path: Path) -> str:
    """Return a path relative to the working directory; absolute where the two share nothing but the root."""
    try:
        here = Path.cwd()
    except OSError:  # the working directory was removed
        return str(path)
    target = path.absolute()
    shared = Path(os.path.commonpath((here, target)))
    return os.path.relpath(target, here) if shared != Path(shared.anchor) or here == shared else str(target)


def project_option(project: Path) -> str:
    """Return what a command needs to find a project from the working directory: ` -C DIR`, or nothing inside it."""
    path = relative_path(project)
    is_inside = not path.strip("./")
    return "" if is_inside else f" -C {shlex.quote(path)}"
