"""The command `infra` of Dazzle's Typer application."""

from __future__ import annotations

import os

import typer

__all__ = ["mount"]

_PASS_ON = {"allow_extra_args": True, "allow_interspersed_args": False, "ignore_unknown_options": True}


def mount(app: typer.Typer) -> None:
    """Add `infra` to an application that has no command of that name.

    dazzle-infra parses the arguments itself, so that the help of Dazzle imports none of it. Where a shell completes a
    line, the commands below `infra` are added.

    Raises:
        Exception: Typer cannot make a command of `infra`; the application is unchanged.
    """
    names = [one.name or getattr(one.callback, "__name__", None) for one in app.registered_commands]
    if "infra" in [*names, *(group.name for group in app.registered_groups)]:
        return
    add = _add_completed if "_DAZZLE_COMPLETE" in os.environ else _add
    # Typer looks at a command when the application runs: one that it cannot make would break all the others.
    attempt = typer.Typer()
    add(attempt)
    typer.main.get_command(attempt)
    add(app)


def _add(app: typer.Typer) -> None:
    umask = os.umask(0o077)
    os.umask(umask)

    @app.command("infra", add_help_option=False, context_settings=_PASS_ON)
    def infra(context: typer.Context) -> None:
        """Generate and update Docker and Terraform files for this application."""
        from dazzle_infra.cli import start

        os.umask(umask)  # Dazzle sets it to 0, with which everybody could write to the files
        raise typer.Exit(start(context.args, prog="dazzle infra"))


def _add_completed(app: typer.Typer) -> None:
    from dazzle_infra.cli.app import app as commands

    app.add_typer(commands, name="infra")
