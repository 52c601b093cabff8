"""What a runtime is: how it is recognised, packaged, started and migrated, and what it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.details import (
    COMMON_BINDINGS,
    Binding,
    DataFolder,
    FirstUser,
    FixedVariable,
    OptionalVariable,
    Page,
)
from dazzle_infra.project.runtimes.languages import Language
from dazzle_infra.requirements.facts import RuntimeVariables, no_variables

__all__ = ["Command", "Commands", "RuntimeRecord"]

Command: TypeAlias = tuple[str, ...]
"""A command in exec form: a program and its arguments."""


@dataclass(frozen=True)
class Commands:
    """The commands of one application.

    Attributes:
        serve: Serves the application on its port; never empty.
        develop: Serves it in development, and applies changes of its files by itself; empty for `serve`.
        migrate: Migrates the database; empty where the project has no migrations.
        build: Builds what is served from the sources; empty for nothing.
        output: The folder that `build` fills, where it is served as it is.
        packages: Requirements that these commands need and the project does not declare.
        problem: Why `serve` fails as the project is now; empty if nothing is known.
    """

    serve: Command
    develop: Command = ()
    migrate: Command = ()
    build: Command = ()
    output: str = "dist"
    packages: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class RuntimeRecord:
    """One runtime.

    Attributes:
        name: The value of `[infra] runtime`.
        title: Its name in sentences.
        known_as: A similar runtime, whose name templates get that choose from a list of names; empty for its own.
        language: Its language.
        package: The package that a project of this runtime declares.
        script: The script of package.json without which that package is a part of another application.
        commands: Returns the commands of the application in a folder, which listens on a port.
        paths: Conventional files and folders that go into the image.
        copies_sources: Whether source files in the project's root go into the image too.
        placeholder: What goes into the image if the project has no file of the application yet.
        reads_model: Whether the application reads dazzle.toml and the files of the model when it runs.
        lowest_python: The lowest `Y` of Python 3.Y that it runs on; 0 for any.
        variables: Yields the variables that it reads, its secrets included.
        works_in_process: Whether its own processes do the asynchronous work, so that a worker needs no command.
        serves_static_files: Whether the image serves built files, and runs no code of the application.
        has_image_commands: Whether the images and templates contain its commands, which answers therefore leave empty.
        data_folders: The folders of the container that it writes to.
        imports: The modules whose import shows that the packages of the image are complete.
        bindings: The variables by which it receives values of its surroundings, by name.
        fixed_variables: The variables that every development stack sets.
        optional_variables: The settings of the runtime that a person may want to change.
        secret_reasons: What it needs each of its secrets for, by name, in a few words.
        pages: The pages of every application of the runtime; the first is the application itself.
        webhook_path: The URL path below which other systems call the application; empty if the project decides.
        first_user: How the first user is created; None if that is the project's own matter.
        admin_command: Creates the first administrator from the variables ADMIN_EMAIL and ADMIN_PASSWORD, and keeps an
            existing one; it prints nothing but errors. Empty if the runtime has no such command.
        health_path: The path of the health check of `web`.
        test_command: Runs the tests of a project without a test runner of its own. Empty if the runtime has no such
            command.
    """

    name: str
    title: str
    known_as: str = ""
    language: Language
    package: str
    script: str = ""
    commands: Callable[[Path, Declared, int], Commands]
    paths: tuple[str, ...]
    copies_sources: bool = True
    placeholder: str
    reads_model: bool = False
    lowest_python: int = 0
    variables: RuntimeVariables = no_variables
    works_in_process: bool = False
    serves_static_files: bool = False
    has_image_commands: bool = False
    data_folders: tuple[DataFolder, ...] = ()
    imports: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = COMMON_BINDINGS
    fixed_variables: tuple[FixedVariable, ...] = ()
    optional_variables: tuple[OptionalVariable, ...] = ()
    secret_reasons: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[Page, ...] = (Page("Application", "/"),)
    webhook_path: str = ""
    first_user: FirstUser | None = None
    admin_command: Command = ()
    health_path: str = "/health"
    test_command: Command = ()

    def declared_by(self, declared: Declared) -> str | None:
        """Return the file that declares the runtime, or None."""
        file = self.language.packages(declared).get(self.package)
        return None if self.script and not declared.script(self.script) else file
