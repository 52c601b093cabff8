"""`undo`: reverting the last update, and its backups."""

from __future__ import annotations

from typing import Annotated

import typer

from dazzle_infra.cli.options import Options, command
from dazzle_infra.errors import UsageError

__all__ = ["undo"]


@command("project", "as_json", "quiet", "plain")
def undo(
    options: Options,
    listed: Annotated[bool, typer.Option("--list", help="List the backups and their files.")] = False,
    shown: Annotated[
        str | None, typer.Option("--show", metavar="PATH", help="Print a file as it was before the update.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--backup", metavar="NAME", help="With --show: take the file from this backup, not the newest."),
    ] = None,
) -> int:
    """Revert the last update."""
    if listed and shown is not None:
        raise UsageError("--list and --show are mutually exclusive", hint="remove one of them")
    if name is not None and shown is None:
        raise UsageError("--backup requires --show", hint="add --show PATH, or remove --backup")
    if listed or shown is not None:
        from dazzle_infra.cli.backups import run_list, run_show

        return run_list(options) if shown is None else run_show(shown, name, options)
    from dazzle_infra.cli.afterwards import run_undo

    return run_undo(options)
