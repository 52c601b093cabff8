"""The entry points. A stored result is printed before any module is imported that takes long."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # the real one is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main", "run", "start"]

_INTERRUPTED = 130
"""`ExitCode.INTERRUPTED`, whose module takes long to import."""


def main() -> None:
    """Run `dazzle-infra` with the process's arguments."""
    sys.exit(start(sys.argv[1:], prog="dazzle-infra"))


def start(arguments: Sequence[str], prog: str) -> int:
    """Run one command as the only purpose of the process, and return its exit status: 130 after an interrupt.

    Args:
        arguments: The arguments after the name of the program.
        prog: The name of the program, for usage and help.
    """
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from dazzle_infra.cli.streams import open_closed_streams

        open_closed_streams()
    try:
        from dazzle_infra.cache.results import key_of, recall

        key = key_of(arguments, prog)
        known = recall(key) if key is not None else None
        if known is not None:
            return _print(*known)
    except KeyboardInterrupt:
        return _interrupted()
    from dazzle_infra.cli.interrupts import heeding_interrupts, was_interrupted

    try:
        with heeding_interrupts():
            import gc
            import signal

            # A command is short and leaves little garbage; collection would take a twentieth of the time.
            gc.disable()
            # What is temporary is removed on the way out.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
            status = run(arguments, prog) if key is None else _run_and_store(arguments, prog, key)
    except BaseException as error:
        if not (was_interrupted() or isinstance(error, KeyboardInterrupt)):
            raise
        return _interrupted()
    return _interrupted() if was_interrupted() and status != _INTERRUPTED else status


def run(arguments: Sequence[str], prog: str) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: The arguments after the name of the program.
        prog: The name of the program, for usage and help.
    """
    from dazzle_infra.cli import running

    return running.run(arguments, prog)


def _run_and_store(arguments: Sequence[str], prog: str, key: str) -> int:
    """Run one command, and store its result if that can be used again."""
    from dazzle_infra.cache.storing import run_and_store

    return run_and_store(lambda: run(arguments, prog), key)


def _print(out: bytes, err: bytes) -> int:
    """Print a stored result; its exit status is 0."""
    try:
        for stream, text in ((sys.stderr, err), (sys.stdout, out)):
            if text:
                stream.buffer.write(text)
                stream.buffer.flush()
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _interrupted() -> int:
    from contextlib import suppress

    with suppress(OSError):
        sys.stderr.write("interrupted\n")
    return _INTERRUPTED
