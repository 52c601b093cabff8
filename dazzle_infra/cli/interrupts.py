"""Handling of Ctrl-C: the command ends with exit status 130, one word and no traceback.

An interrupt can arrive during an import, in a callback whose exceptions Python ignores, or after it has ended a child
process so that the command fails. Therefore it is recorded, and takes precedence over any other result.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["heeding_interrupts", "was_interrupted"]

_interrupted = False


def was_interrupted() -> bool:
    """Return whether an interrupt has arrived since the command began."""
    return _interrupted


def _remember(number: int, frame: FrameType | None) -> None:
    global _interrupted
    _interrupted = True
    raise KeyboardInterrupt


@contextmanager
def heeding_interrupts() -> Iterator[None]:
    """Record the first interrupt while the context is open, and ignore later ones.

    If the caller ignores interrupts, as a shell does for a command in the background, they are still ignored.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, _remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
