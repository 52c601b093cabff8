"""Running a command and storing its result: its inputs and its output are recorded."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from dazzle_infra.cache.recording import recording
from dazzle_infra.cache.results import remember

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["run_and_store"]


def run_and_store(command: Callable[[], int], key: str) -> int:
    """Run a command and return its exit status; store its result where it is 0 and can be used again.

    Args:
        command: The command.
        key: The name of the result.
    """
    started = time.time_ns()
    with _copied("stdout") as out, _copied("stderr") as err, recording() as record:
        status = command()
    # In a file that takes both streams, the order of their lines would be lost.
    is_ordered = not (out.content and err.content)
    if status == 0 and not record.obstacles and is_ordered:
        remember(key, bytes(out.content), bytes(err.content), record.inputs(), started)
    return status


class _Copying(io.RawIOBase):
    """A binary stream that forwards written bytes to another stream, and keeps a copy."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.content = bytearray()

    def write(self, data: ReadableBuffer, /) -> int:
        """Write and copy; return the number of bytes."""
        written = bytes(data)
        self.content += written
        self._stream.write(written)
        self._stream.flush()
        return len(written)

    def writable(self) -> bool:
        """Return whether the stream can be written to."""
        return True

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the number of the open file."""
        return self._stream.fileno()


@contextmanager
def _copied(name: str) -> Iterator[_Copying]:
    """Copy the output to `sys.stdout` or `sys.stderr` while the context is open."""
    original = getattr(sys, name)
    copying = _Copying(cast(BinaryIO, original.buffer))
    stream = io.TextIOWrapper(
        io.BufferedWriter(copying),
        encoding=original.encoding,
        errors=original.errors,
        line_buffering=original.line_buffering,
    )
    setattr(sys, name, stream)
    try:
        yield copying
    finally:
        setattr(sys, name, original)
        stream.flush()
