"""The options that commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from dazzle_infra.cli.completion import complete_backends, complete_dropped, complete_environments, complete_needs
from dazzle_infra.errors import UsageError

__all__ = [
    "PROJECT",
    "AllOption",
    "AppspecOption",
    "BackendsArgument",
    "CheckToolsOption",
    "DebugOption",
    "DryRunOption",
    "JsonOption",
    "NeedsArgument",
    "NoColorOption",
    "OfflineOption",
    "Options",
    "ProjectOption",
    "QuietOption",
    "RelocateOption",
    "RenameOption",
    "RetireOption",
    "TemplateOption",
    "ToOption",
    "VerboseOption",
    "command",
]

R = TypeVar("R")

PROJECT = "dazzle_infra.project"
"""The key of a context's `meta` that holds the `-C` before the command."""


def _project(context: typer.Context, value: Path) -> Path:
    """Return the folder of `-C`, which may stand before the command or after it."""
    before: Path | None = context.meta.get(PROJECT)
    if before is None:
        return value
    source = context.get_parameter_source("project")
    if source is not None and source.name == "COMMANDLINE":
        raise UsageError("-C is given both before and after the command", hint="remove one of them")
    return before


ProjectOption = Annotated[
    Path,
    typer.Option(
        "--project",
        "-C",
        metavar="DIR",
        callback=_project,
        help="The folder of dazzle.toml, or one below it.",
        show_default=False,
    ),
]
AppspecOption = Annotated[
    str | None,
    typer.Option(
        "--appspec", metavar="FILE", help="Read the model from a JSON export (also .gz; - for standard input)."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", "-n", help="Show the result without writing any file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, errors included.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print every reason and every answer.")]
TemplateOption = Annotated[
    str | None,
    typer.Option("--template", metavar="SOURCE", help="Use this template: a git URL, a path, or `embedded`."),
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Use cached templates, not the network.")]
CheckToolsOption = Annotated[
    bool,
    typer.Option("--check-tools", help="List the tools that run the files; a missing one does not stop the command."),
]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Print without colours, as with NO_COLOR.")]
DebugOption = Annotated[bool, typer.Option("--debug", hidden=True, help="Print a traceback with an error.")]
AllOption = Annotated[
    bool,
    typer.Option("--all", help="Work on every application below a folder: `--all [ROOT]`."),
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="VERSION", help="Use this version, range or branch; `recorded`: model changes only."),
]
NeedsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NEED|VARIABLE",
        help="The needs and variables to show, such as `storage` or `DATABASE_URL`; all by default.",
        show_default=False,
        autocompletion=complete_needs,
    ),
]
BackendsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="BACKEND",
        help="The backends to work on, such as `docker`; all that have files by default.",
        show_default=False,
        autocompletion=complete_backends,
    ),
]
RenameOption = Annotated[
    bool, typer.Option("--rename", help="Take the application's name from dazzle.toml, not from the recorded answers.")
]
RelocateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--relocate",
        metavar="ENVIRONMENT",
        help="Take the region of an existing environment from dazzle.toml.",
        autocompletion=complete_environments,
    ),
]
RetireOption = Annotated[
    list[str] | None,
    typer.Option(
        "--retire",
        metavar="ENVIRONMENT",
        help="Remove the folder of an environment that was removed from dazzle.toml.",
        autocompletion=complete_dropped,
    ),
]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the options say that commands share.

    Attributes:
        project: `-C`: the folder of dazzle.toml, or one below it.
        appspec: `--appspec`: an export of the model; None to read the model.
        template: `--template`: the template in place of the one of dazzle.toml.
        offline: `--offline`: use cached templates alone.
        dry_run: `--dry-run`: write nothing.
        as_json: `--json`: print one JSON document.
        quiet: `--quiet`: print errors only.
        verbose: `--verbose`: print what is left out otherwise.
        plain: `--no-color`: print without colours.
        check_tools: `--check-tools`: list the tools that run the files.
    """

    project: Path = Path()
    appspec: str | None = None
    template: str | None = None
    offline: bool = False
    dry_run: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    plain: bool = False
    check_tools: bool = False


_SHARED: dict[str, Any] = {
    "template": TemplateOption,
    "offline": OfflineOption,
    "project": ProjectOption,
    "appspec": AppspecOption,
    "dry_run": DryRunOption,
    "as_json": JsonOption,
    "quiet": QuietOption,
    "verbose": VerboseOption,
    "check_tools": CheckToolsOption,
    "plain": NoColorOption,
}
"""The shared options by the names of their values, in the order of the help."""


def command(*names: str) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Give a command shared options, and `--debug`, which every command accepts.

    The function gets their values as `Options`, before its own options and arguments.

    Args:
        names: The names of their values in `Options`.
    """
    taken = [name for name in _SHARED if name in names]
    if len(taken) != len(names):
        raise ValueError(f"these are no shared options: {', '.join(sorted({*names} - _SHARED.keys()))}")
    defaults = {field.name: field.default for field in fields(Options)}

    def decorate(function: Callable[..., R]) -> Callable[..., R]:
        def called(**given: Any) -> R:
            del given["debug"]
            options = Options(**{name: given.pop(name) for name in taken})
            return function(options, **given)

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [
            *list(inspect.signature(function, eval_str=True).parameters.values())[1:],
            *(inspect.Parameter(name, kind, default=defaults[name], annotation=_SHARED[name]) for name in taken),
            inspect.Parameter("debug", kind, default=False, annotation=DebugOption),
        ]
        called.__name__, called.__doc__ = function.__name__, function.__doc__
        called.__annotations__ = {one.name: one.annotation for one in parameters}
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return called

    return decorate
