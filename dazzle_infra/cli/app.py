"""The application: its help and the options before a command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra import __version__
from dazzle_infra.cli.command_group import Commands
from dazzle_infra.cli.help import epilog
from dazzle_infra.cli.options import PROJECT

__all__ = ["app"]

_EPILOG = (
    "Exit codes: 0 done or up to date, 1 error, 2 wrong usage or dazzle.toml, 3 changes pending, 4 conflicts "
    "left, 5 a precondition is not met, 130 interrupted.\n\n" + epilog("all", "docs/commands.md")
)

app = typer.Typer(
    name="infra",
    cls=Commands,
    help="Generate and update the infrastructure files of a DAZZLE application.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dazzle-infra {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    project: Annotated[
        Path | None,
        typer.Option("--project", "-C", metavar="DIR", help="The folder of dazzle.toml, or one below it."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.meta[PROJECT] = project
