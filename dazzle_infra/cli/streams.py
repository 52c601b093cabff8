"""Standard streams that the caller closed, as `>&-` does in a shell.

Python sets such a stream to None, and the next file that is opened gets its number: what a child process or a library
writes to standard output would be written to that file.
"""

from __future__ import annotations

import os
import sys

__all__ = ["open_closed_streams"]

_NAMES = ("stdin", "stdout", "stderr")


def open_closed_streams() -> None:
    """Open each standard stream that is closed on the null device, for this process and the processes it starts."""
    for number, name in enumerate(_NAMES):
        if getattr(sys, name) is None:
            _occupy(number)
            mode = "r" if number == 0 else "w"
            stream = open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)


def _occupy(number: int) -> None:
    """Make a file descriptor refer to the null device."""
    null = os.open(os.devnull, os.O_RDWR)
    if null != number:
        os.dup2(null, number)
        os.close(null)
    os.set_inheritable(number, True)
