"""What the project's own files say about its image: dependencies, Python or Node, and what is copied.

Only files of the project itself count: answers depend on nothing of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from dazzle_infra.answers.declared import Declared, read_declared, read_toml, table_at
from dazzle_infra.answers.runtimes import NODE_RUNTIMES, RuntimeName, default_port
from dazzle_infra.answers.serving import Serving, serving_of

__all__ = ["Dependencies", "ProjectFiles", "read_project_files"]

Dependencies = Literal["uv", "requirements", "pyproject", "generated", "npm", "pnpm", "yarn", "package"]

_DAZZLE_PATHS: Final = (
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

_PYTHON_PATHS: Final = ("alembic", "alembic.ini", "locale", "migrations", "src", "static", "templates")
_NODE_PATHS: Final = (
    *("api", "app", "assets", "bin", "components", "config", "controllers", "db", "lib", "middleware", "models"),
    *("public", "routes", "server", "services", "src", "static", "utils", "views", "index.html"),
)
_NOT_SERVED: Final = ("conftest.py", "noxfile.py", "setup.py", "tasks.py")
_NODE_SOURCE: Final = re.compile(
    r"[A-Za-z][\w-]*\.(?:c|m)?[jt]sx?|(?:vite|postcss|tailwind)\.config\.\w+|tsconfig[\w.]*\.json"
)
_NODE_TOOLS: Final = re.compile(r"(?:eslint|jest|vitest|prettier|playwright|cypress)\.\w+")
_MINOR: Final = re.compile(r">=?\s*3\.(\d+)|~=\s*3\.(\d+)|==\s*3\.(\d+)")
_LOCKS: Final[dict[str, Dependencies]] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
}
_MANAGER: Final = re.compile(r"(npm|pnpm|yarn)@(\d+\.\d+\.\d+)")
_DEFAULT_MANAGERS: Final = {"pnpm": "pnpm@10.18.0", "yarn": "yarn@1.22.22"}


@dataclass(frozen=True)
class ProjectFiles:
    """What was found.

    Attributes:
        dependencies: Where the dependencies are declared, the most exact first.
        python_version: The lowest `X.Y` that `requires-python` allows, or None.
        copy_paths: What goes into the image by convention, sorted.
        package_manager: The Node package manager that is to be installed, `NAME@VERSION`; empty for npm.
        serving: How the application is served, where Dazzle does not.
    """

    dependencies: Dependencies
    python_version: str | None
    copy_paths: tuple[str, ...]
    package_manager: str = ""
    serving: Serving = field(default_factory=Serving)


def read_project_files(
    project: Path, module_paths: Sequence[str], runtime: RuntimeName = "dazzle", port: int | None = None
) -> ProjectFiles:
    """Look at the project's root.

    Args:
        project: The project's root.
        module_paths: Folders of DSL files, as dazzle.toml names them.
        runtime: What runs the application.
        port: The port that `web` listens on; by default that of the runtime.
    """
    metadata = table_at(read_toml(project / "pyproject.toml"), "project")
    declared = Declared() if runtime == "dazzle" else read_declared(project)
    dependencies = _node_dependencies(project, declared) if runtime in NODE_RUNTIMES else _python(project, metadata)
    copied = _conventional(project, runtime)
    if runtime == "dazzle":
        copied |= {"dazzle.toml", *(path.removeprefix("./").rstrip("/") for path in module_paths)} - {"", "."}
    return ProjectFiles(
        dependencies=dependencies,
        python_version=_python_version(metadata),
        copy_paths=tuple(sorted(copied)),
        package_manager=_manager(dependencies, declared),
        serving=serving_of(runtime, project, declared, port or default_port(runtime)),
    )


def _conventional(project: Path, runtime: RuntimeName) -> set[str]:
    """Return the files and folders that an application of that runtime is customarily made of."""
    known = _DAZZLE_PATHS if runtime == "dazzle" else _NODE_PATHS if runtime in NODE_RUNTIMES else _PYTHON_PATHS
    found = {path for path in known if (project / path).exists()}
    if runtime == "dazzle":
        return found
    try:
        entries = [path for path in project.iterdir() if not path.name.startswith(".")]
    except OSError:
        return found
    return found | {path.name for path in entries if _is_source(path, runtime)}


def _is_source(path: Path, runtime: RuntimeName) -> bool:
    if runtime in NODE_RUNTIMES:
        return bool(_NODE_SOURCE.fullmatch(path.name)) and not _NODE_TOOLS.match(path.name) and path.is_file()
    if path.suffix == ".py":
        return path.name not in _NOT_SERVED and not path.name.startswith("test_") and path.is_file()
    return path.name != "tests" and (path / "__init__.py").is_file()


def _python(project: Path, metadata: dict[str, Any]) -> Dependencies:
    if (project / "uv.lock").is_file() and metadata:
        return "uv"
    if (project / "requirements.txt").is_file():
        return "requirements"
    return "pyproject" if metadata.get("dependencies") else "generated"


def _node_dependencies(project: Path, declared: Declared) -> Dependencies:
    for lock, manager in _LOCKS.items():
        # The lock of another Yarn than the first is not Yarn 1's to read.
        if (project / lock).is_file() and not (manager == "yarn" and not _is_classic(project / lock)):
            return manager
    return "package"


def _is_classic(lock: Path) -> bool:
    try:
        return "# yarn lockfile v1" in lock.read_text(encoding="utf-8")[:200]
    except (OSError, ValueError):
        return False


def _manager(dependencies: Dependencies, declared: Declared) -> str:
    default = _DEFAULT_MANAGERS.get(dependencies, "")
    named = _MANAGER.match(str(declared.package.get("packageManager", "")))
    return f"{named[1]}@{named[2]}" if default and named and named[1] == dependencies else default


def _python_version(metadata: dict[str, Any]) -> str | None:
    found = _MINOR.search(str(metadata.get("requires-python", "")))
    return f"3.{next(minor for minor in found.groups() if minor)}" if found else None
