"""Running a command: whatever happens becomes one message and a documented exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer

from dazzle_infra.cli.app import app
from dazzle_infra.errors import DazzleInfraError, ExitCode, UsageError

__all__ = ["main", "run"]


def main() -> None:
    """Run `dazzle-infra` with the process's arguments."""
    sys.exit(run(sys.argv[1:], prog="dazzle-infra"))


def run(arguments: Sequence[str], prog: str) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: What stands after the program's name.
        prog: The program's name, for usage and help.
    """
    try:
        status = app(args=list(arguments), prog_name=prog, standalone_mode=False)
    except DazzleInfraError as error:
        return _fail(error, arguments)
    except typer.TyperException as error:
        return _fail(UsageError(error.format_message(), hint=f"{_command(error, prog)} --help"), arguments)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("interrupted; nothing was changed\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        return _fail(_unexpected(error), arguments)
    return status if isinstance(status, int) else ExitCode.OK


def _command(error: typer.TyperException, prog: str) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else prog


def _unexpected(error: Exception) -> DazzleInfraError:
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return DazzleInfraError(f"{name}{error.strerror}", code="system")
    text = str(error).strip().splitlines()
    return DazzleInfraError(
        f"this is a mistake in dazzle-infra: {type(error).__name__}: {text[0] if text else 'no message'}",
        code="internal",
        hint="run it again with --debug and report what it prints",
    )


def _fail(error: DazzleInfraError, arguments: Sequence[str]) -> int:
    from dazzle_infra.cli.output import print_error

    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error.__cause__ or error.__context__ or error)
    print_error(error, as_json="--json" in arguments, plain="--no-color" in arguments)
    return error.exit_code
