"""What the project's own files say about its image: dependencies, Python or Node, and what is copied.

Only files of the project itself count: answers depend on nothing of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from dazzle_infra.answers.declared import Declared, read_declared, read_toml, table_at, text_of
from dazzle_infra.answers.runtimes import NODE_RUNTIMES, RuntimeName, default_port
from dazzle_infra.answers.serving import Serving, serving_of

__all__ = ["DAZZLES_MINOR", "Dependencies", "ProjectFiles", "read_project_files"]

Dependencies = Literal["uv", "requirements", "pyproject", "poetry", "generated", "npm", "pnpm", "yarn", "package"]

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
DAZZLES_MINOR: Final = 12
"""Dazzle runs on no Python before 3.12, also where the project's own code would."""

_MINOR: Final = re.compile(r"(?:>=?|~=?|==|\^)\s*3\.(\d+)")
_LOCKS: Final[dict[str, Dependencies]] = {
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "pnpm-lock.yaml": "pnpm",
    "yarn.lock": "yarn",
}
_MANAGER: Final = re.compile(r"(npm|pnpm|yarn)@(\d+\.\d+\.\d+)")
_DEFAULT_MANAGERS: Final = {"pnpm": "pnpm@10.18.0"}
_YARN_LOCK: Final = re.compile(r"__metadata:\s+version: (\d{1,4})\s")
_OF_YARN_4: Final = 8
"""The version of the lock that Yarn 4 came with; 2 and 3 write 4 to 7."""


@dataclass(frozen=True)
class ProjectFiles:
    """What was found.

    Attributes:
        dependencies: Where the dependencies are declared, the most exact first.
        python_version: The lowest `X.Y` that `requires-python`, or Poetry's `python`, allows and the runtime runs on,
            or None.
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
    pyproject = read_toml(project / "pyproject.toml")
    declared = Declared() if runtime == "dazzle" else read_declared(project)
    dependencies = _node_dependencies(project, declared) if runtime in NODE_RUNTIMES else _python(project, pyproject)
    copied = _conventional(project, runtime)
    if runtime == "dazzle":
        copied |= {"dazzle.toml", *(path.removeprefix("./").rstrip("/") for path in module_paths)} - {"", "."}
    return ProjectFiles(
        dependencies=dependencies,
        python_version=_python_version(pyproject, runtime),
        copy_paths=tuple(sorted(copied)),
        package_manager=_manager(project, dependencies, declared),
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


def _python(project: Path, pyproject: dict[str, Any]) -> Dependencies:
    metadata = table_at(pyproject, "project")
    if (project / "uv.lock").is_file() and metadata:
        return "uv"
    if (project / "requirements.txt").is_file():
        return "requirements"
    if (project / "poetry.lock").is_file() and pyproject:
        return "poetry"
    if metadata.get("dependencies"):
        return "pyproject"
    return "poetry" if table_at(pyproject, "tool", "poetry", "dependencies").keys() - {"python"} else "generated"


def _node_dependencies(project: Path, declared: Declared) -> Dependencies:
    for lock, manager in _LOCKS.items():
        if (project / lock).is_file() and (manager != "yarn" or _yarn_of(project / lock)):
            return manager
    return "package"


def _yarn_of(lock: Path) -> str:
    """Return the Yarn that reads a lock; nothing for 2 and 3, which cannot leave development's packages out."""
    head = text_of(lock)[:400]
    if "# yarn lockfile v1" in head:
        return "yarn@1.22.22"
    version = _YARN_LOCK.search(head)
    return "yarn@4.18.1" if version and int(version[1]) >= _OF_YARN_4 else ""


def _manager(project: Path, dependencies: Dependencies, declared: Declared) -> str:
    default = _yarn_of(project / "yarn.lock") if dependencies == "yarn" else _DEFAULT_MANAGERS.get(dependencies, "")
    named = _MANAGER.match(str(declared.package.get("packageManager", "")))
    is_it = default and named and named[1] == dependencies and _reads(f"{named[1]}@{named[2]}", default)
    return f"{named[1]}@{named[2]}" if named and is_it else default


def _reads(named: str, default: str) -> bool:
    """Say whether the manager that package.json names reads the lock that the default one does."""
    return not named.startswith("yarn@") or named.startswith("yarn@1.") == default.startswith("yarn@1.")


def _python_version(pyproject: dict[str, Any], runtime: RuntimeName) -> str | None:
    poetry = table_at(pyproject, "tool", "poetry", "dependencies").get("python", "")
    found = _MINOR.search(str(table_at(pyproject, "project").get("requires-python", poetry)))
    if found is None:
        return None
    return f"3.{max(int(found[1]), DAZZLES_MINOR) if runtime == 'dazzle' else int(found[1])}"
