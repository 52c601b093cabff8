"""The commands, in the order of the help."""

from __future__ import annotations

from typing import Annotated

import typer

from dazzle_infra import __version__
from dazzle_infra.cli.cache import cache
from dazzle_infra.cli.config import config
from dazzle_infra.cli.look import check, doctor, explain, plan, schema, status
from dazzle_infra.cli.make import scaffold_command, undo, update
from dazzle_infra.cli.template import template

__all__ = ["app"]

_EPILOG = (
    "Exit codes: 0 done or up to date, 1 error, 2 wrong usage or dazzle.toml, 3 changes are pending, "
    "4 conflicts are left for you, 5 something must be there first, or must not be there, 130 interrupted."
)

app = typer.Typer(
    name="infra",
    help="Docker and Terraform for a DAZZLE application, generated from its model and yours to edit.",
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
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


_MAKE, _LOOK = "Make", "Look"

app.command("docker", help="Make the Docker stack for local development.", rich_help_panel=_MAKE)(
    scaffold_command(("docker",))
)
app.command("terraform", help="Make the Terraform modules and environments for the cloud.", rich_help_panel=_MAKE)(
    scaffold_command(("terraform",))
)
app.command("all", help="Make what `[infra] backends` names; both by default.", rich_help_panel=_MAKE)(
    scaffold_command(())
)
app.command(rich_help_panel=_MAKE)(update)
app.command(rich_help_panel=_MAKE)(undo)
app.command(rich_help_panel=_LOOK)(plan)
app.command("diff", hidden=True)(plan)
app.command(rich_help_panel=_LOOK)(check)
app.command(rich_help_panel=_LOOK)(status)
app.command(rich_help_panel=_LOOK)(explain)
app.command(rich_help_panel=_LOOK)(doctor)
app.command(rich_help_panel=_LOOK)(schema)
app.command(rich_help_panel=_LOOK)(config)
app.add_typer(cache, rich_help_panel=_LOOK)
app.add_typer(template, rich_help_panel="Templates")
