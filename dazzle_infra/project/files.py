"""What the project's own files say about its image: dependencies, versions, commands, and what is copied.

Only files of the project itself count: answers depend on nothing of the machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared, Dependencies
from dazzle_infra.project.packages.locked import Locked, locked_versions
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.project.runtimes.record import Commands, RuntimeRecord
from dazzle_infra.project.runtimes.servers import SERVERS
from dazzle_infra.project.stated_versions import node_version, python_version
from dazzle_infra.project.task_queues import BackgroundWork, background_work

__all__ = ["ProjectFiles", "read_project_files"]

_MODULE: Final = re.compile(r"(?P<folder>[A-Za-z_]\w*)(?:\.\w+)+:[A-Za-z_]\w*")
"""A module in a folder and a name in it, such as `app.main:app`."""


def _default_commands() -> Commands:
    return DEFAULT_RUNTIME.commands(Path(), Declared(), DEFAULT_RUNTIME.language.port)


@dataclass(frozen=True)
class ProjectFiles:
    """What was found; without arguments, what an empty project contains.

    Attributes:
        dependencies: Where the dependencies are declared, the most exact first.
        python_version: `X.Y` that the project states and the runtime runs on, or None.
        node_version: The major version that the project states, or None.
        version_problem: A statement of a version that cannot be followed, with its place; empty without one.
        copy_paths: What goes into the image by convention, sorted.
        package_manager: The Node package manager that is to be installed, `NAME@VERSION`; empty for npm.
        commands: How the application is started, migrated and built.
        work: What runs outside of requests, by the project's dependencies.
        servers: The versions of servers that the project fixes, by package.
    """

    dependencies: Dependencies = "generated"
    python_version: str | None = None
    node_version: str | None = None
    version_problem: str = ""
    copy_paths: tuple[str, ...] = ()
    package_manager: str = ""
    commands: Commands = field(default_factory=_default_commands)
    work: BackgroundWork = field(default_factory=BackgroundWork)
    servers: Mapping[str, Locked] = field(default_factory=dict)


def read_project_files(
    project: Path,
    runtime: RuntimeRecord,
    declared: Declared,
    *,
    module_paths: Sequence[str] = (),
    port: int | None = None,
    carried: Callable[[Path, Set[str]], Set[str]] = lambda _, paths: paths,
) -> ProjectFiles:
    """Look at the project's root.

    Args:
        project: The project's root.
        runtime: What runs the application.
        declared: What the project's files declare.
        module_paths: Folders of DSL files, as dazzle.toml names them.
        port: The port that `web` listens on; by default that of the runtime's language.
        carried: Returns those of a project's paths that other checkouts have too; all by default.
    """
    language = runtime.language
    dependencies = language.dependencies(project, declared)
    commands = runtime.commands(project, declared, port or language.port)
    work = _work(project, runtime, declared)
    copied = carried(project, _conventional(project, runtime)) | _imported(project, (*commands.serve, *work.worker))
    if runtime.reads_model:
        copied |= {"dazzle.toml", *(path.removeprefix("./").rstrip("/") for path in module_paths)} - {"", "."}
    is_node = language.name == "node"
    stated = node_version(project, declared) if is_node else python_version(project, declared, runtime.lowest_python)
    return ProjectFiles(
        dependencies=dependencies,
        python_version=None if is_node else stated.version,
        node_version=stated.version if is_node else None,
        version_problem=stated.problem,
        copy_paths=tuple(sorted(copied)),
        package_manager=language.package_manager(project, dependencies, declared),
        commands=commands,
        work=work,
        servers=locked_versions(project, dependencies, SERVERS) if language.name == "python" else {},
    )


def _work(project: Path, runtime: RuntimeRecord, declared: Declared) -> BackgroundWork:
    """Return what runs outside of requests; nothing for a runtime whose own processes do it."""
    has_task_queue = runtime.language.name == "python" and not runtime.works_in_process
    return background_work(project, declared) if has_task_queue else BackgroundWork()


def _conventional(project: Path, runtime: RuntimeRecord) -> set[str]:
    """Return the files and folders that an application of that runtime is customarily made of."""
    found = {path for path in runtime.paths if (project / path).exists()}
    if not runtime.copies_sources:
        return found
    try:
        entries = [path for path in project.iterdir() if not path.name.startswith(".")]
    except OSError:
        return found
    return found | {path.name for path in entries if runtime.language.is_source(path)}


def _imported(project: Path, words: Sequence[str]) -> set[str]:
    """Return the folders of the modules that commands name: Python imports them also without `__init__.py`."""
    modules = (match["folder"] for word in words if (match := _MODULE.fullmatch(word)))
    return {folder for folder in modules if (project / folder).is_dir()}
