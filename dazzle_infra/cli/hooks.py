"""`hooks`, which lists the hooks, and `hooks allow`, for executables of the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra.cli.help import Command, Group, epilog
from dazzle_infra.cli.options import (
    PROJECT,
    DebugOption,
    JsonOption,
    NoColorOption,
    Options,
    ProjectOption,
    QuietOption,
)

__all__ = ["hooks"]

_PAGE = "docs/writing-a-hook.md"

hooks = typer.Typer(
    name="hooks",
    cls=Group,
    help="List the hooks that run before and after files are written, and allow executables of the project.",
    epilog=epilog("hooks", _PAGE),
    invoke_without_command=True,
    rich_markup_mode="markdown",
)


@hooks.callback()
def list_hooks(
    context: typer.Context,
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """List the hooks of each backend in their order, with phase and origin, and why others do not run."""
    if context.invoked_subcommand is not None:
        if project != Path():
            context.meta[PROJECT] = project
        return 0
    from dazzle_infra.cli.hook_list import run_list

    return run_list(Options(project=project, as_json=as_json, plain=plain))


@hooks.command(cls=Command, epilog=epilog("hooks allow ./tools/after-infra", _PAGE))
def allow(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="PATH",
            help="The executable, as dazzle.toml names it; all that it names by default.",
            show_default=False,
        ),
    ] = None,
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Allow the current content of executables that `[infra.hooks]` names to run on this machine."""
    from dazzle_infra.cli.hook_list import run_allow

    return run_allow(path, Options(project=project, as_json=as_json, quiet=quiet, plain=plain))
