"""The script `dazzle`: the real Dazzle with `infra` in it; where Dazzle is not installed, `infra` alone.

dazzle-dsl brings a script of the same name, and of two packages that own one name the one that was installed last has
its script on disk. `dazzle-infra` is always ours and does the same; `dazzle-infra doctor` says which script won.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from dazzle_infra.cli.main import run

__all__ = ["main"]

_ALONE = "dazzle-dsl is not installed beside dazzle-infra, so this `dazzle` holds `infra` alone."


def main() -> None:
    """Run `dazzle` with the process's arguments."""
    arguments = sys.argv[1:]
    infra = _after_infra(arguments)
    if infra is not None:
        sys.exit(run(infra, prog="dazzle infra"))
    if find_spec("dazzle") is None:
        sys.exit(_run_alone(arguments))
    _run_dazzle()


def _after_infra(arguments: Sequence[str]) -> list[str] | None:
    """Return what stands after `infra`, if that is the command; Dazzle's own options may stand before it.

    Dazzle takes seconds to import, so that it is not asked.
    """
    rest = list(arguments)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--env" and rest:
            rest.pop(0)
    return rest[1:] if rest and rest[0] == "infra" else None


def _run_dazzle() -> None:
    from dazzle.cli import app as dazzle
    from dazzle.cli import main as dazzle_main

    from dazzle_infra.cli.app import app as infra

    dazzle.add_typer(infra, name="infra")
    dazzle_main(sys.argv[1:])


def _run_alone(arguments: Sequence[str]) -> int:
    import typer

    from dazzle_infra.cli.app import app as infra
    from dazzle_infra.errors import ExitCode

    alone = typer.Typer(help=_ALONE, no_args_is_help=True, rich_markup_mode="markdown", pretty_exceptions_enable=False)
    alone.callback()(lambda: None)
    alone.add_typer(infra, name="infra")
    try:
        status = alone(args=list(arguments), prog_name="dazzle", standalone_mode=False)
    except typer.TyperException as error:
        if not error.format_message():
            return error.exit_code
        sys.stderr.write(f"error: {error.format_message()}\n       {_ALONE}\n")
        return ExitCode.USAGE
    return status if isinstance(status, int) else ExitCode.OK
