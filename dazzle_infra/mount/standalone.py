"""The script `dazzle` of dazzle-infra-standalone, for environments without Dazzle: it has the command `infra` alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from dazzle_infra.mount import infra_arguments

__all__ = ["main", "run_alone"]

_ALONE = (
    "This `dazzle` is for machines without Dazzle and provides only the command `infra`: dazzle-dsl is not installed."
)


def main() -> None:
    """Run `dazzle` with the process's arguments; where Dazzle is installed in the same environment, run Dazzle."""
    if find_spec("dazzle") is not None:
        from dazzle.cli import main as run_dazzle

        sys.exit(run_dazzle())
    sys.exit(run_alone(sys.argv[1:]))


def run_alone(arguments: Sequence[str]) -> int:
    """Run `dazzle` with the command `infra` alone, or complete it for a shell, and return the exit status."""
    infra = infra_arguments(arguments)
    if infra is not None:
        from dazzle_infra.cli.main import start

        return start(infra, prog="dazzle infra")
    import typer

    from dazzle_infra.cli.app import app as commands
    from dazzle_infra.errors import ExitCode

    alone = typer.Typer(help=_ALONE, no_args_is_help=True, rich_markup_mode="markdown", pretty_exceptions_enable=False)
    alone.callback()(lambda: None)
    alone.add_typer(commands, name="infra")
    try:
        status = alone(args=list(arguments), prog_name="dazzle", standalone_mode=False)
    except typer.TyperException as error:
        if not error.format_message():
            return error.exit_code
        sys.stderr.write(f"error: {error.format_message()}\n       {_ALONE}\n")
        return ExitCode.USAGE
    return status if isinstance(status, int) else ExitCode.OK
