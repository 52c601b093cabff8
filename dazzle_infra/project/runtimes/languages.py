"""The languages of runtimes: what their packages and source files are called, and their usual port."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from dazzle_infra.project.packages.declared import Declared, Dependencies
from dazzle_infra.project.packages.node import node_dependencies, node_package_manager
from dazzle_infra.project.packages.python import python_dependencies

__all__ = ["NODE", "PYTHON", "Language"]

_NOT_SERVED: Final = ("conftest.py", "noxfile.py", "setup.py", "tasks.py")
_NODE_SOURCE: Final = re.compile(
    r"[A-Za-z][\w-]*\.(?:c|m)?[jt]sx?|(?:vite|postcss|tailwind|next)\.config\.\w+|tsconfig[\w.]*\.json"
)
_NODE_TOOLS: Final = re.compile(r"(?:eslint|jest|vitest|prettier|playwright|cypress)\.\w+")


@dataclass(frozen=True)
class Language:
    """What holds for every runtime of one language.

    Attributes:
        name: The language, which decides on the base image.
        port: The port of `web` where dazzle.toml names none, by convention.
        paths: Conventional files and folders of the project's root that go into the image.
        packages: Returns the declared packages, and the file that declares each.
        dependencies: Returns where the dependencies are declared, the most exact place first.
        package_manager: Returns the package manager to install, `NAME@VERSION`; empty for that of the base image.
        is_source: Says whether a file or folder of the project's root belongs to the application.
    """

    name: Literal["python", "node"]
    port: int
    paths: tuple[str, ...]
    packages: Callable[[Declared], Mapping[str, str]]
    dependencies: Callable[[Path, Declared], Dependencies]
    package_manager: Callable[[Path, Dependencies, Declared], str]
    is_source: Callable[[Path], bool]


def _is_python_source(path: Path) -> bool:
    if path.suffix == ".py":
        return path.name not in _NOT_SERVED and not path.name.startswith("test_") and path.is_file()
    return path.name != "tests" and (path / "__init__.py").is_file()


def _is_node_source(path: Path) -> bool:
    return bool(_NODE_SOURCE.fullmatch(path.name)) and not _NODE_TOOLS.match(path.name) and path.is_file()


PYTHON: Final = Language(
    name="python",
    port=8000,
    paths=("alembic", "alembic.ini", "locale", "migrations", "src", "static", "templates"),
    packages=lambda declared: declared.python,
    dependencies=python_dependencies,
    package_manager=lambda project, dependencies, declared: "",
    is_source=_is_python_source,
)
NODE: Final = Language(
    name="node",
    port=3000,
    paths=(
        *("api", "app", "assets", "bin", "components", "config", "controllers", "db", "lib", "middleware", "models"),
        *("public", "routes", "server", "services", "src", "static", "utils", "views", "index.html"),
    ),
    packages=lambda declared: declared.node,
    dependencies=node_dependencies,
    package_manager=node_package_manager,
    is_source=_is_node_source,
)
