"""Running a command: whatever happens becomes one message and a documented exit code."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from collections.abc import Sequence

import typer

from dazzle_infra.cli.app import app
from dazzle_infra.errors import DazzleInfraError, ExitCode, UsageError, unexpected

__all__ = ["main", "run"]


def main() -> None:
    """Run `dazzle-infra` with the process's arguments."""
    # A command is over before there is much to collect, and looking for it costs a twentieth of the time.
    gc.disable()
    # What is temporary is removed on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sys.exit(run(sys.argv[1:], prog="dazzle-infra"))


def run(arguments: Sequence[str], prog: str) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: What stands after the program's name.
        prog: The program's name, for usage and help.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
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
        sys.stderr.write("interrupted\n")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        return _fail(unexpected(error), arguments)
    return status if isinstance(status, int) else ExitCode.OK


def _invoke(arguments: list[str], prog: str) -> object:
    """Run the command itself: Typer's own runner turns a broken pipe and Ctrl-C into exits of its choosing."""
    if any(name.endswith("_COMPLETE") for name in os.environ):
        return app(args=arguments, prog_name=prog, standalone_mode=False)
    command = typer.main.get_command(app)
    with command.make_context(prog, arguments) as context:
        return command.invoke(context)


def _command(error: typer.TyperException, prog: str) -> str:
    context = getattr(error, "ctx", None)
    return str(context.command_path) if context is not None else prog


def _fail(error: DazzleInfraError, arguments: Sequence[str]) -> int:
    from dazzle_infra.cli.output import print_error

    if "--debug" in arguments:
        import traceback

        traceback.print_exception(error.__cause__ or error.__context__ or error)
    print_error(error, as_json="--json" in arguments, plain="--no-color" in arguments)
    return error.exit_code
