"""The packages of a Python project: which file holds them, and the lowest Python that they allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.declared import Declared, Dependencies, table_at
from dazzle_infra.project.packages.tree import Tree

__all__ = ["python_dependencies", "python_minor"]

_MINOR: Final = re.compile(r"(?:>=?|~=?|==|\^)\s*3\.(\d+)")


def python_dependencies(project: Path, declared: Declared) -> Dependencies:
    """Return where the dependencies are declared, the most exact place first."""
    pyproject = declared.pyproject
    metadata = table_at(pyproject, "project")
    if metadata and _has_uv_lock(project):
        return "uv"
    if (project / "requirements.txt").is_file():
        return "requirements"
    if (project / "poetry.lock").is_file() and pyproject:
        return "poetry"
    if metadata.get("dependencies"):
        return "pyproject"
    return "poetry" if table_at(pyproject, "tool", "poetry", "dependencies").keys() - {"python"} else "generated"


def _has_uv_lock(project: Path) -> bool:
    """Say whether uv finds a lock for the project: its own, or that of the workspace it is a member of."""
    tree = Tree.around(project)
    folder = tree.folder_above("uv.lock")
    if folder is None or folder == tree.project:
        return folder is not None
    from dazzle_infra.project.packages.uv_workspaces import uv_root

    try:
        return uv_root(tree) is not None
    except PackagesError:
        # The analysis of the packages refuses the file; other commands work without it.
        return False


def python_minor(pyproject: Mapping[str, Any]) -> int | None:
    """Return the lowest `Y` of Python 3.Y that `requires-python`, or Poetry's `python`, allows; None if unstated."""
    poetry = table_at(pyproject, "tool", "poetry", "dependencies").get("python", "")
    found = _MINOR.search(str(table_at(pyproject, "project").get("requires-python", poetry)))
    return int(found[1]) if found is not None else None
