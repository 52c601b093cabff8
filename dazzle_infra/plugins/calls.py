"""Calls into code of other packages: what it raises becomes a message, and what it prints goes to standard error."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from threading import RLock, current_thread, main_thread
from types import FrameType
from typing import Final, TypeVar

from dazzle_infra.errors import DazzleInfraError

__all__ = ["PluginError", "call", "failure"]

_T = TypeVar("_T")
_one_at_a_time = RLock()

_SECONDS: Final = 60.0
"""The time limit of a call."""


class _TimeIsOverError(BaseException):
    """Ends a call; code that catches every `Exception` does not catch it."""


class PluginError(DazzleInfraError):
    """Code of another package failed."""

    code = "plugin"


def call(function: Callable[[], _T], what: str, seconds: float = _SECONDS) -> _T:
    """Call code of another package and return its result.

    Args:
        function: The code.
        what: What is called, with its package, as the subject of a message.
        seconds: The time limit. It holds in the main thread, for code that returns to Python from time to time.

    Raises:
        DazzleInfraError: The code raised one.
        PluginError: The code raised anything else, `SystemExit` included, or exceeded the time limit; the message names
            `what`.
    """
    try:
        with _standard_output_to_standard_error(), _time_limit(seconds):
            return function()
    except DazzleInfraError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and _is_of_a_person(error):
            raise
        raise PluginError(
            f"{what} {failure(error)}", hint="update or uninstall the package, or report the error to its authors"
        ) from error


def failure(error: BaseException) -> str:
    """Return what an error says, as the predicate of a sentence."""
    if isinstance(error, _TimeIsOverError):
        return "exceeded its time limit"
    if isinstance(error, SystemExit):
        return f"called sys.exit({'' if error.code is None else repr(error.code)})"
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # the error is of the other package too
        lines = []
    return f"raised {type(error).__name__}{f': {lines[0]}' if lines else ''}"


def _is_of_a_person(error: KeyboardInterrupt) -> bool:
    """Return whether an interrupt comes from outside; code that raises one itself has failed.

    An interrupt from outside is raised by the handler of the signal, the last frame of the traceback. Python's own
    handler has no frame, so that the two cannot be told apart. A process that ignores the signal, such as one in the
    background of a shell, gets none from outside.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.SIG_IGN:
        return False
    code = getattr(handler, "__code__", None)
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return code is None or (place is not None and place.tb_frame.f_code is code)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise an error in the code that runs when the time is over, and again each second if the code catches it."""
    if current_thread() is not main_thread() or signal.getsignal(signal.SIGALRM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGALRM, _time_is_over)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def _time_is_over(number: int, frame: FrameType | None) -> None:
    raise _TimeIsOverError


@contextmanager
def _standard_output_to_standard_error() -> Iterator[None]:
    """Direct what is printed to standard error, by programs too: standard output is the result of the command."""
    with _one_at_a_time, redirect_stdout(sys.stderr):
        copy = None
        with suppress(OSError):
            if sys.__stdout__ is not None:
                sys.__stdout__.flush()
            copy = os.dup(1)
            os.dup2(2, 1)
        try:
            yield
        finally:
            if copy is not None:
                os.dup2(copy, 1)
                os.close(copy)
