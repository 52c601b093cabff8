"""The group of all commands. A command is imported when it is called, because the group's help needs only one line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from dazzle_infra.backends.names import BUILT_IN, known_backends
from dazzle_infra.cli.custom import custom_backends, named_project
from dazzle_infra.cli.help import Command, Group, epilog

__all__ = ["ALL", "Commands", "Later", "scaffold_commands"]

ALL = "all"
_ROOM = "dazzle_infra.cli"
_ARGUMENTS = "dazzle_infra.arguments"
"""The key of a context's `meta` that holds the words of the command line after the command."""


class Later(TyperCommand):
    """A placeholder for a command in the help of its group, until the command is called."""

    def __init__(self, name: str, summary: str, panel: str, build: Callable[[], Any], *, hidden: bool = False) -> None:
        super().__init__(name=name, help=summary, rich_help_panel=panel, hidden=hidden)
        self.build = build
        """Import the command and return it."""

    @classmethod
    def of(cls, name: str, summary: str, panel: str, example: str, page: str, *, alias: str = "") -> Later:
        """Return the placeholder for the function `NAME` of the module `NAME` in `cli/commands`.

        Args:
            name: The name of the function and the module.
            summary: The first line of its docstring.
            panel: The section of the help that lists it.
            example: A call of it, without the name of the program.
            page: The page of the documentation.
            alias: Another name for the command; a command with an alias is hidden.
        """
        called = alias or name

        def build() -> Any:
            function = getattr(import_module(f"{_ROOM}.commands.{name}"), name)
            return _command(function, called, panel, epilog(example, page), hidden=bool(alias))

        return cls(called, summary, panel, build, hidden=bool(alias))

    @classmethod
    def group(cls, name: str, summary: str, panel: str) -> Later:
        """Return the placeholder for the group `NAME` of the module `NAME` in `cli`."""
        return cls(name, summary, panel, lambda: typer.main.get_group(getattr(import_module(f"{_ROOM}.{name}"), name)))

    @classmethod
    def scaffold(cls, name: str, names: tuple[str, ...], summary: str) -> Later:
        """Return the placeholder for a command that generates backends; no names mean those of dazzle.toml."""

        def build() -> Any:
            from dazzle_infra.cli.commands.scaffold import scaffold_command

            end = epilog(f"{name} --dry-run", "docs/getting-started.md")
            return _command(scaffold_command(names), name, "Generate", end, text=summary)

        return cls(name, summary, "Generate", build)


class Commands(Group):
    """All commands. Those of other packages and of the project are searched when they are needed."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = [*scaffold_commands(), *LATER]
        self.commands = {**{str(one.name): one for one in own}, **self.commands}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the help."""
        own = list(super().list_commands(ctx))
        place = own.index(ALL)
        others = known_backends() | custom_backends(_project(ctx))
        return [*own[:place], *(name for name in others if name not in own), *own[place:]]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, or its placeholder, by its name; None if there is none."""
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        summary = known_backends().get(cmd_name) or custom_backends(_project(ctx)).get(cmd_name)
        return Later.scaffold(cmd_name, (cmd_name,), f"Generate {summary}.") if summary is not None else None

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that is called, and its arguments; `-C` can be among these."""
        ctx.meta[_ARGUMENTS] = args[1:]
        name, found, rest = super().resolve_command(ctx, args)
        return name, found.build() if isinstance(found, Later) else found, rest


def _project(ctx: Any) -> Path:
    return named_project(ctx.meta.get(_ARGUMENTS, ()), ctx.params.get("project"))


def scaffold_commands() -> list[Later]:
    """Return a command for each backend of this package, and `all`."""
    default = " and ".join(one.name for one in BUILT_IN if one.is_default)
    summary = f"Generate the backends of `[infra] backends`; {default} by default."
    return [
        *(Later.scaffold(one.name, (one.name,), f"Generate {one.summary}.") for one in BUILT_IN),
        Later.scaffold(ALL, (), summary),
    ]


def _command(
    function: Callable[..., object], name: str, panel: str, end: str, *, text: str | None = None, hidden: bool = False
) -> Any:
    single = typer.Typer(rich_markup_mode="markdown", pretty_exceptions_enable=False, add_completion=False)
    single.command(name, cls=Command, help=text, epilog=end, rich_help_panel=panel, hidden=hidden)(function)
    return typer.main.get_command(single)


_LOOK, _UPDATE, _REVERT, _TEMPLATES, _SET_UP = "Inspect", "Update", "Revert", "Templates", "Set up"
_PLAN = ("Show what `update` would change, and why.", _LOOK, "plan --diff", "docs/updating.md")

LATER = (
    Later.of("plan", *_PLAN),
    Later.of(
        "check",
        "Exit 3 if the model or a template changed since the files were generated.",
        _LOOK,
        "check docker",
        "docs/updating.md",
    ),
    Later.of(
        "status",
        "Show versions, your edits and unresolved conflicts, without reading the model.",
        _LOOK,
        "status --json",
        "docs/updating.md",
    ),
    Later.of(
        "explain",
        "Show the services that the application needs, and the reasons.",
        _LOOK,
        "explain storage queue",
        "docs/getting-started.md",
    ),
    Later.of(
        "update",
        "Merge template releases and model changes into the files; your edits are kept.",
        _UPDATE,
        "update docker --to ^1.2",
        "docs/updating.md",
    ),
    Later.of("undo", "Revert the last update.", _REVERT, "undo --list", "docs/updating.md"),
    Later.of(
        "doctor",
        "Check the tools; exit 5 if a tool that every command needs is missing.",
        _SET_UP,
        "doctor",
        "docs/commands.md",
    ),
    Later.of(
        "config",
        "Print every setting: `[infra]`, environment variables, the user's configuration file.",
        _SET_UP,
        "config --origin",
        "docs/commands.md#configuration",
    ),
    Later.of(
        "backends",
        "List the backends: what each generates, and the package that it comes from.",
        _SET_UP,
        "backends --json",
        "docs/commands.md#backends",
    ),
    Later.of(
        "schema",
        "Print the JSON Schema of dazzle.toml, for editors.",
        _SET_UP,
        "schema > dazzle.schema.json",
        "docs/manifest.md",
    ),
    Later.of("plan", *_PLAN, alias="diff"),
    Later.group(
        "hooks",
        "List the hooks that run before and after files are written, and allow executables of the project.",
        _SET_UP,
    ),
    Later.group("template", "Inspect, fork and check templates.", _TEMPLATES),
    Later.group("cache", "List and clean the cached templates, which `--offline` uses.", _TEMPLATES),
)
"""The commands in the order of the help, after those that generate."""
