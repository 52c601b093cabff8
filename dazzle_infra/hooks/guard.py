"""Calls into code of other packages: whatever it raises, prints or waits for, the command goes on.

The code runs in a thread of its own, so that a time limit holds for it. What the thread prints is collected, and so is
what its programs print: standard output belongs to the command's result.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO
from typing import IO, Any, Generic, TypeVar

from dazzle_infra.plugins.calls import failure

__all__ = ["Called", "call"]

_T = TypeVar("_T")
_SHOWN = 2_000
"""Characters of the printed text that are kept."""

_GRACE = 1.0
"""Seconds that a thread gets to end."""

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Called(Generic[_T]):
    """What a call did.

    Attributes:
        value: What it returned; None where it failed.
        error: What it raised, or None.
        timed_out: Whether it did not return in time.
        printed: The start of what it printed.
    """

    value: _T | None = None
    error: BaseException | None = None
    timed_out: bool = False
    printed: str = ""

    @property
    def failure(self) -> str:
        """Why the call failed, as the rest of a sentence; empty where it did not fail."""
        if self.timed_out:
            return "exceeded its time limit"
        if self.error is None:
            return ""
        return failure(self.error)


class _ByThread:
    """A standard stream that keeps what guarded threads write, and passes on what others write."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._kept: dict[int, StringIO] = {}

    def keep(self) -> StringIO:
        """Keep what the current thread writes."""
        return self._kept.setdefault(threading.get_ident(), StringIO())

    def write(self, text: str) -> int:
        kept = self._kept.get(threading.get_ident())
        if kept is None:
            return int(self._stream.write(text))
        if kept.tell() < _SHOWN:
            kept.write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def call(function: Callable[[], _T], seconds: float) -> Called[_T]:
    """Call a function of another package; a failure of any kind is a value.

    Args:
        function: The function.
        seconds: The time limit. A function that exceeds it is ended, or left alone where it waits for something outside
            of Python; it cannot print any more.
    """
    done: list[Called[_T]] = []
    with _one_at_a_time, _descriptors() as file:
        out, err = _ByThread(sys.stdout), _ByThread(sys.stderr)
        texts: list[StringIO] = []

        def work() -> None:
            texts.extend((out.keep(), err.keep()))
            try:
                done.append(Called(function()))
            except BaseException as error:
                done.append(Called(error=error))

        present = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = out, err
        thread = threading.Thread(target=work, daemon=True, name="hook")
        try:
            thread.start()
            thread.join(seconds)
            if thread.is_alive():
                _end(thread)
        finally:
            if not thread.is_alive():
                sys.stdout, sys.stderr = present
        timed_out = not done or isinstance(done[0].error, _TimeIsOverError)
        printed = "".join([*(text.getvalue() for text in texts), _start_of(file)])[:_SHOWN]
    if timed_out:
        return Called(timed_out=True, printed=printed)
    return Called(done[0].value, done[0].error, printed=printed)


class _TimeIsOverError(BaseException):
    """Ends a thread; hooks that catch every `Exception` do not catch it."""


def _end(thread: threading.Thread) -> None:
    """Raise an error in a thread, and wait a moment for its end."""
    import ctypes

    # docs.python.org, "Initialization, Finalization, and Threads": for exactly this purpose.
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TimeIsOverError))
    thread.join(_GRACE)


@contextmanager
def _descriptors() -> Iterator[IO[bytes]]:
    """Direct the standard output and standard error of programs to a file."""
    with tempfile.TemporaryFile() as file:
        saved: list[tuple[int, int]] = []
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        try:
            for number in (1, 2):
                with suppress(OSError):  # the descriptor is closed
                    saved.append((number, os.dup(number)))
                    os.dup2(file.fileno(), number)
            yield file
        finally:
            for number, copy in saved:
                os.dup2(copy, number)
                os.close(copy)


def _start_of(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_SHOWN).decode(errors="replace")
