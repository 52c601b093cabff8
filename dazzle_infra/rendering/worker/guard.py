"""Restrictions of the worker process: the files that it may open, the programs that it may run, its time and memory.

Jinja's sandbox, which Copier uses, prevents access to Python's internals, but Copier's filters can list folders and
read environment variables, and time and size are unlimited. Therefore the process has an environment without the
user's variables, and these restrictions. They are installed once, after all imports, and cannot be removed.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from dazzle_infra.rendering.worker.git_calls import GitCalls

__all__ = ["CPU_SECONDS", "LARGEST_RENDERED", "MEMORY", "MOST_RENDERED", "Guard", "GuardError"]

MOST_RENDERED = 5_000
"""The largest number of files of one render; the Terraform template writes 200 for three environments."""

LARGEST_RENDERED = 50_000_000
"""The largest size of one render, in bytes; the Terraform template writes 500,000."""

CPU_SECONDS = 10
"""The limit of processor time of one render, in seconds; the embedded templates need less than one."""

MEMORY = 4_000_000_000
"""The limit of the address space, in bytes; the embedded templates need 200,000,000. Only Linux enforces it."""

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
"""Audit events of changes, and how many of their arguments are paths."""

_LISTS = {"glob.glob", "os.chdir", "os.listdir", "os.scandir"}
_MAKES = {"os.link", "os.mkdir", "os.rename", "os.symlink"}
_MECHANISMS = {"_posixsubprocess.fork_exec", "os.posix_spawn"}
"""The events of `subprocess` when it starts a program; they depend on the version of Python."""

_NEVER = (
    "_winapi.",
    "ctypes.",
    "os.exec",
    "os.fork",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.",
    "socket.",
    "sqlite3.",
    "sys.remote_exec",
)
"""Prefixes of the names of events that start a program, open a connection, or bypass this guard."""

_UNGUARDED = {"_ctypes", "_interpreters", "_testcapi", "_xxsubinterpreters"}
"""Modules whose functions raise no audit events, or create interpreters without this hook."""


class GuardError(BaseException):
    """An operation is not allowed for templates. It is no `Exception`, so that Copier and Jinja do not catch it."""


class Guard:
    """Restricts this process to files of one folder, to reading its own modules, and to running git."""

    def __init__(self, folder: Path, cpu_seconds: int = CPU_SECONDS) -> None:
        """Install the limits.

        Args:
            folder: The folder that the process may read, list and write.
            cpu_seconds: The limit of processor time of one render, in seconds.
        """
        self._folder = os.path.realpath(folder) + os.sep
        places = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, "/usr/share/zoneinfo"}
        self._modules = tuple(os.path.realpath(place) + os.sep for place in places if place)
        self._git = GitCalls(shutil.which("git"), self._folder)
        self._announced: list[str] | None = None
        self._cpu_seconds = cpu_seconds
        self._files = self._bytes = 0
        self._last: str | None = None
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, LARGEST_RENDERED)
        _limit(resource.RLIMIT_AS, MEMORY)
        sys.addaudithook(self._hear)

    def begin(self) -> None:
        """Reset the limits for the next render. The system ends this process if it exceeds the processor time."""
        self._files = self._bytes = 0
        self._last = None
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + self._cpu_seconds)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            self._open(*arguments)
        elif event in _CHANGES:
            for path in arguments[: _CHANGES[event]]:
                self._inside(path, "changing", makes=event in _MAKES)
        elif event in _LISTS:
            self._readable(arguments[0], "listing")
        elif event == "subprocess.Popen":
            self._announce(*arguments[:4])
        elif event in _MECHANISMS:
            self._start(event, *arguments[:3])
        elif event == "import":
            if arguments[0] in _UNGUARDED:
                raise GuardError(f"importing {arguments[0]} is not allowed")
        elif event.startswith(_NEVER):
            raise GuardError(f"the operation {event} is not allowed")

    def _announce(self, program: object, arguments: object, cwd: object = None, environment: object = None) -> None:
        """Check the command that `subprocess` will start."""
        self._announced = None
        command = _texts(arguments)
        if not self._git.is_git(_text(program)):
            raise GuardError(f"running {_text(program)[:200]!a} is not allowed")
        problem = self._git.problem(command, None if cwd is None else _text(cwd))
        if problem is not None:
            raise GuardError(f"running git with {problem[:200]!a} is not allowed")
        self._check_variables(environment)
        self._announced = command

    def _start(self, event: str, program: object, arguments: object, environment: object = None) -> None:
        """Allow the start of a program only if `subprocess` has just announced it."""
        announced, self._announced = self._announced, None
        programs = [program] if isinstance(program, str | bytes | os.PathLike) else program
        names = _texts(programs)
        if not names or not all(map(self._git.is_git, names)) or announced != _texts(arguments):
            raise GuardError(f"the operation {event} is not allowed")
        self._check_variables(environment)

    def _check_variables(self, environment: object) -> None:
        name = self._git.variable(environment)
        if name is not None:
            raise GuardError(f"running git with a changed variable {name[:200]!a} is not allowed")

    def _open(self, path: object, mode: str | None, flags: int) -> None:
        if isinstance(path, int):
            return
        if flags & _WRITES:
            self._inside(path, "writing", makes=True)
            self._count(path)
        else:
            self._readable(path, "reading")

    def _count(self, path: object) -> None:
        """Check the limits of one render. The size of a file is added when the next one is opened."""
        if self._last is not None:
            with suppress(OSError):
                self._bytes += os.lstat(self._last).st_size
        place = self._place(path)
        self._last = place[:-1] if place else None
        self._files += 1
        if self._files > 2 * MOST_RENDERED or self._bytes > LARGEST_RENDERED:
            raise GuardError(f"writing more than {MOST_RENDERED:,} files or {LARGEST_RENDERED:,} bytes is not allowed")

    def _inside(self, path: object, verb: str, *, makes: bool) -> None:
        # A path that is relative to an open folder was checked when the folder was opened.
        place = self._place(path)
        if place is None:
            return
        if not place.startswith(self._folder):
            raise GuardError(f"{verb} {place[:-1][:200]!a} is not allowed: it is outside the template")
        if makes:
            # git runs programs that a repository's configuration names, and Copier runs git in the destination.
            for name in Path(place[len(self._folder) :]).parts:
                if name.casefold() == ".git":
                    raise GuardError(f"writing into {name!a} is not allowed: it is a git directory")

    def _readable(self, path: object, verb: str) -> None:
        place = self._place(path)
        if place is not None and not place.startswith((self._folder, *self._modules)):
            raise GuardError(f"{verb} {place[:-1][:200]!a} is not allowed: it is outside the template")

    def _place(self, path: object) -> str | None:
        if path is None or isinstance(path, int):
            return None
        if isinstance(path, os.PathLike):
            path = path.__fspath__()
        name = os.fsdecode(path) if isinstance(path, bytes) else str(path)
        return None if name == os.devnull else os.path.realpath(name) + os.sep


def _text(value: object) -> str:
    """Return a path or an argument as text."""
    return os.fsdecode(value) if isinstance(value, str | bytes | os.PathLike) else repr(value)


def _texts(values: Any) -> list[str]:
    """Return a command line as texts; `subprocess` accepts a single text for a program without arguments."""
    return [_text(values)] if isinstance(values, str | bytes | os.PathLike) else [_text(value) for value in values]


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    with suppress(OSError, ValueError):  # macOS knows a limit of memory, and refuses to set it
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
