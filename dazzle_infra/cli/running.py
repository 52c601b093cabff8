"""Running a command: every error becomes one message and a documented exit status."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import typer

from dazzle_infra.cli.app import app
from dazzle_infra.cli.interrupts import was_interrupted
from dazzle_infra.errors import DazzleInfraError, ExitCode, UsageError, unexpected
from dazzle_infra.values.interpreter import untested_warning
from dazzle_infra.values.program import name_program

__all__ = ["run"]


def run(arguments: Sequence[str], prog: str) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: The words of the command line after the name of the program.
        prog: The name of the program, for usage and help.
    """
    name_program(prog)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    warning = untested_warning()
    if warning and not {"-q", "--quiet"} & set(arguments) and not _completes():
        sys.stderr.write(f"warning: {warning}\n")
    try:
        status = _invoke(list(arguments), prog)
        sys.stdout.flush()
    except DazzleInfraError as error:
        return _fail(error, arguments)
    except typer.Exit as done:
        return done.exit_code
    except typer.TyperException as error:
        message = error.format_message()
        if not message:  # the help was printed, for want of a command
            return error.exit_code
        return _fail(UsageError(message, hint=f"{_command(error, prog)} --help"), arguments)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        return _fail(unexpected(error), arguments)
    return status if isinstance(status, int) else ExitCode.OK


def _invoke(arguments: list[str], prog: str) -> object:
    """Run the command without Typer's own runner, which has other exit statuses for a broken pipe and Ctrl-C."""
    if _completes():
        return app(args=arguments, prog_name=prog, standalone_mode=False)
    if arguments[:1] in (["--install-completion"], ["--show-completion"]):
        prog = prog.split()[0]  # shells complete a program, and `dazzle infra` is none
    command = typer.main.get_command(app)
    with command.make_context(prog, arguments) as context:
        return command.invoke(context)


def _completes() -> bool:
    """Return whether a shell asks for completions."""
    return any(name.endswith("_COMPLETE") for name in os.environ)


def _command(error: typer.TyperException, prog: str) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else prog


def _interrupted() -> int:
    sys.stderr.write("interrupted\n")
    return ExitCode.INTERRUPTED


def _fail(error: DazzleInfraError, arguments: Sequence[str]) -> int:
    if was_interrupted():  # what failed did so because of that
        return _interrupted()
    from dazzle_infra.cli.output import print_error

    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error.__cause__ or error.__context__ or error)
    print_error(error, as_json="--json" in arguments, plain="--no-color" in arguments)
    return error.exit_code
