"""What the project's own files say about its image: dependencies, Python, and what is copied.

Only files of the project itself count: answers depend on nothing of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import tomli

__all__ = ["Dependencies", "ProjectFiles", "read_project_files"]

Dependencies = Literal["uv", "requirements", "pyproject", "generated"]

_CONVENTIONAL = (
    ".dazzle/migrations",
    "app",
    "assets",
    "locales",
    "pages",
    "services",
    "site",
    "sitespec.yaml",
    "static",
    "templates",
    "themes",
)
"""What Dazzle applications keep beside their DSL: routers, services, pages, static files, committed migrations."""

_MINOR = re.compile(r">=?\s*3\.(\d+)|~=\s*3\.(\d+)|==\s*3\.(\d+)")


@dataclass(frozen=True)
class ProjectFiles:
    """What was found.

    Attributes:
        dependencies: Where the Python dependencies are declared, the most exact first.
        python_version: The lowest `X.Y` that `requires-python` allows, or None.
        copy_paths: What goes into the image by convention, sorted.
    """

    dependencies: Dependencies
    python_version: str | None
    copy_paths: tuple[str, ...]


def read_project_files(project: Path, module_paths: Sequence[str]) -> ProjectFiles:
    """Look at the project's root.

    Args:
        project: The project's root.
        module_paths: Folders of DSL files, as dazzle.toml names them.
    """
    metadata = _metadata(project / "pyproject.toml")
    conventional = [path for path in _CONVENTIONAL if (project / path).exists()]
    modules = [path.removeprefix("./").rstrip("/") for path in module_paths]
    copied = {"dazzle.toml", *conventional, *modules} - {"", "."}
    return ProjectFiles(_dependencies(project, metadata), _python_version(metadata), tuple(sorted(copied)))


def _metadata(path: Path) -> dict[str, Any]:
    """Return `[project]` of pyproject.toml; what cannot be read declares nothing."""
    try:
        table = tomli.loads(path.read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def _dependencies(project: Path, metadata: dict[str, Any]) -> Dependencies:
    if (project / "uv.lock").is_file() and metadata:
        return "uv"
    if (project / "requirements.txt").is_file():
        return "requirements"
    return "pyproject" if metadata.get("dependencies") else "generated"


def _python_version(metadata: dict[str, Any]) -> str | None:
    found = _MINOR.search(str(metadata.get("requires-python", "")))
    return f"3.{next(minor for minor in found.groups() if minor)}" if found else None
