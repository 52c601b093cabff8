"""Running a command: every error becomes one message and a documented exit status."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches

import typer

from dazzle_infra.cli.app import app
from dazzle_infra.cli.interrupts import was_interrupted
from dazzle_infra.errors import DazzleInfraError, ExitCode, UsageError, unexpected
from dazzle_infra.values.interpreter import untested_warning
from dazzle_infra.values.program import name_program

__all__ = ["run"]

_OF_OUTPUT = frozenset({errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC})
"""Errors of a write to standard output."""


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
        _keep_close_names(error)
        message = error.format_message()
        if not message:  # the help was printed, for want of a command
            return error.exit_code
        return _fail(UsageError(message, hint=f"{_command(error, prog)} --help"), arguments)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted()
    except BrokenPipeError:
        return _unread()
    except SystemExit as error:
        # Rich, which prints the help, ends the process after a broken pipe.
        if isinstance(error.__context__, BrokenPipeError):
            return _unread()
        raise
    except Exception as error:
        if (failed := _output_error(error)) is not None:
            return _fail(failed, [word for word in arguments if word != "--json"])
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


def _unread() -> int:
    """End a command whose reader has seen enough: what is still buffered goes nowhere."""
    _discard_output()
    return ExitCode.OK


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _output_error(error: Exception) -> DazzleInfraError | None:
    """Return the error for a standard output that takes nothing more, and discard the rest; None if it works."""
    if not isinstance(error, OSError) or error.filename or error.errno not in _OF_OUTPUT:
        return None
    try:
        # What failed before may not be buffered any more, so that only another write shows the state.
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            _discard_output()
        return DazzleInfraError(
            f"standard output: {error.strerror}",
            code="system",
            hint="the output is incomplete; if it is redirected to a file, free some space there",
        )
    return None


def _keep_close_names(error: typer.TyperException) -> None:
    """Keep only suggestions that are similar to the option: Typer also compares the dashes, which all have."""
    possibilities, option = getattr(error, "possibilities", None), str(getattr(error, "option_name", ""))
    if possibilities:
        names = {name.lstrip("-"): name for name in possibilities}
        error.possibilities = [names[name] for name in get_close_matches(option.lstrip("-"), names)]  # type: ignore[attr-defined]


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
