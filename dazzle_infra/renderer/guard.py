"""The limits of a process that renders: what it may open, run, write and use.

Jinja's sandbox, which Copier uses, keeps expressions from Python's internals, but filters of Copier's list folders and
read environment variables, and nothing bounds time and size. So the process has an environment without the user's
variables, and this module's limits. They are installed once, when everything is imported, and cannot be taken off.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

__all__ = ["CPU_SECONDS", "LARGEST_RENDERED", "MEMORY", "MOST_RENDERED", "Guard", "GuardError"]

MOST_RENDERED = 5_000
"""Files of one render; ours makes 200 for three environments."""

LARGEST_RENDERED = 50_000_000
"""Bytes of one render; ours makes 500,000."""

CPU_SECONDS = 10
"""Processor time for one render, which other processes at work do not change; ours takes well below a second."""

MEMORY = 4_000_000_000
"""Bytes of address space; ours takes 200,000,000. Linux alone holds a process to it."""

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.utime": 1,
}
"""Events of `sys.addaudithook`, and how many of their arguments are paths."""

_LISTS = {"glob.glob", "os.chdir", "os.listdir", "os.scandir"}
_NEVER = ("os.exec", "os.fork", "os.posix_spawn", "os.system", "os.spawn", "pty.spawn", "socket.")


class GuardError(BaseException):
    """Something that a template may not do; no `except Exception` of Copier's or Jinja's hides it."""


class Guard:
    """Holds this process to one folder, to reading its own modules besides, and to running git."""

    def __init__(self, folder: Path) -> None:
        """Install the limits.

        Args:
            folder: What the process may read, list and write.
        """
        self._folder = os.path.realpath(folder) + os.sep
        places = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, "/usr/share/zoneinfo"}
        self._modules = tuple(os.path.realpath(place) + os.sep for place in places if place)
        self._git = shutil.which("git")
        self._files = self._bytes = 0
        self._last: str | None = None
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, LARGEST_RENDERED)
        _limit(resource.RLIMIT_AS, MEMORY)
        sys.addaudithook(self._hear)

    def begin(self) -> None:
        """Count anew, for the next render; when its processor time is over, the system ends this process."""
        self._files = self._bytes = 0
        self._last = None
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._open(*arguments)
        elif event in _CHANGES:
            for path in arguments[: _CHANGES[event]]:
                self._inside(path, "change")
        elif event in _LISTS:
            self._readable(arguments[0], "list")
        elif event == "subprocess.Popen":
            if arguments[0] != self._git:
                raise GuardError(f"it runs {str(arguments[0])[:200]!a}")
        elif event.startswith(_NEVER):
            raise GuardError(f"it calls {event}")

    def _open(self, path: object, mode: str | None, flags: int) -> None:
        if isinstance(path, int):
            return
        if flags & _WRITES:
            self._inside(path, "write")
            self._count(path)
        else:
            self._readable(path, "read")

    def _count(self, path: object) -> None:
        """Bound what one render writes: before each file, the one before it is measured."""
        if self._last is not None:
            with suppress(OSError):
                self._bytes += os.lstat(self._last).st_size
        place = self._place(path)
        self._last = place[:-1] if place else None
        self._files += 1
        if self._files > 2 * MOST_RENDERED or self._bytes > LARGEST_RENDERED:
            raise GuardError(f"it writes more than {MOST_RENDERED:,} files or {LARGEST_RENDERED:,} bytes")

    def _inside(self, path: object, verb: str) -> None:
        # What is relative to an open folder was checked when that was opened.
        place = self._place(path)
        if place is not None and not place.startswith(self._folder):
            raise GuardError(f"it would {verb} {place[:-1][:200]!a}, which is not its own")

    def _readable(self, path: object, verb: str) -> None:
        place = self._place(path)
        if place is not None and not place.startswith((self._folder, *self._modules)):
            raise GuardError(f"it would {verb} {place[:-1][:200]!a}, which is not its own")

    def _place(self, path: object) -> str | None:
        if path is None or isinstance(path, int):
            return None
        if isinstance(path, os.PathLike):
            path = path.__fspath__()
        name = os.fsdecode(path) if isinstance(path, bytes) else str(path)
        return None if name == os.devnull else os.path.realpath(name) + os.sep


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    with suppress(OSError, ValueError):  # macOS knows a limit of memory, and refuses to set it
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
