"""Recording the inputs of a run.

Python's audit events tell of every file that is opened, every folder that is listed and every process that is started.
They do not tell of a look at a path (`os.stat` and the like), so that these functions are wrapped while a run is
recorded. A run that does anything else that matters, such as to write a file, to use the network or to start a process
whose inputs are unknown, has no reusable result.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dazzle_infra
from dazzle_infra.cache.git_inputs import git_inputs
from dazzle_infra.cache.inputs import CONTENT, KIND, LINK, LISTING, STATUS, Input
from dazzle_infra.cache.location import cache_path

__all__ = ["Recording", "recording"]

_PACKAGE = str(Path(dazzle_infra.__file__).parent)
_CODE = tuple({_PACKAGE, *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))})
"""Folders of installed code; the name of a result holds what is installed."""

_ENTRIES = ("appspec", "files", "results", "templates")
"""Folders of the cache. Whatever else is in its folder, which may be the project's own, is read as any file."""

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_LOCK = "/.dazzle-infra/lock"
"""The end of the path of a project's lock file, which contains only the process that holds it."""

_CHANGES = {
    **dict.fromkeys(("os.chmod", "os.chown", "os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.utime"), 1),
    **dict.fromkeys(("os.link", "os.rename", "os.symlink"), 2),
}
"""Events of changes, and how many of their arguments are paths."""

_UNKNOWN = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
}
"""Events of what has inputs that are unknown."""

_recordings: list[Recording] = []
"""The active recordings."""

_is_listening = False
"""Whether the audit hook is installed; it cannot be removed."""


class Recording:
    """The inputs of a run.

    Attributes:
        obstacles: Why the result cannot be used again: the events that are in its way.
    """

    def __init__(self) -> None:
        self.obstacles: list[str] = []
        self._inputs: set[Input] = set()
        self._root = cache_path()
        self._cache = [os.path.join(self._root, name) for name in _ENTRIES] if self._root else []  # noqa: PTH118
        self._cwd = str(Path.cwd())

    def inputs(self) -> list[Input]:
        """Return what was read, sorted; of modules that may be edited their times, of other files their content."""
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        own = {
            (STATUS, path) for path in modules if path and (_is_below(path, _PACKAGE) or not _is_below(path, *_CODE))
        }
        opened = {path for kind, path in self._inputs if kind == CONTENT}
        looked_at = {(KIND if kind == STATUS and path in opened else kind, path) for kind, path in self._inputs}
        return sorted(own | looked_at, key=lambda one: (one[1], one[0]))

    def note(self, kind: str, path: object) -> None:
        """Add a path."""
        full = self._absolute(path)
        if full is not None and not self._is_left_out(full):
            self._inputs.add((KIND if full.endswith(_LOCK) else kind, full))

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take an audit event."""
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & _WRITES:
                self._note_change(event, path)
            else:
                self.note(CONTENT, path)
        elif event in ("os.listdir", "os.scandir"):
            self.note(LISTING, "." if arguments[0] is None else arguments[0])
        elif event == "subprocess.Popen":
            self._note_process(event, arguments[1], arguments[2])
        elif event in _CHANGES:
            for path in arguments[: _CHANGES[event]]:
                self._note_change(event, path)
        elif event in _UNKNOWN:
            self.obstacles.append(event)

    def _note_process(self, event: str, command: Sequence[str | os.PathLike[str]] | str, folder: str | None) -> None:
        words = [command] if isinstance(command, str) else [os.fspath(word) for word in command]
        try:
            inputs = git_inputs([os.fsdecode(word) for word in words], Path(self._cwd, folder or ""))
        except (OSError, ValueError):  # an error here would be one of the process
            inputs = None
        if inputs is None:
            self.obstacles.append(f"{event} {words}")
        else:
            self._inputs |= inputs

    def _note_change(self, event: str, path: object) -> None:
        full = self._absolute(path)
        if full is None or full.endswith(_LOCK) or self._is_left_out(full):
            return
        # To make a folder that is there is an event too.
        if not (event == "os.mkdir" and full == self._root):
            self.obstacles.append(f"{event} {full}")

    def _absolute(self, path: object) -> str | None:
        """Return an absolute path; None for the number of an open file."""
        if not isinstance(path, str | bytes | os.PathLike):
            return None
        return os.path.join(self._cwd, os.fsdecode(path))  # noqa: PTH118 - `..` and links stay as they are

    def _is_left_out(self, path: str) -> bool:
        """Return whether a path is installed code, or in the cache, whose entries depend on their names alone."""
        return _is_below(path, *_CODE, *self._cache) or "/__pycache__/" in path or path == os.devnull


def _is_below(path: str, *folders: str) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


@contextmanager
def recording() -> Iterator[Recording]:
    """Record what this process reads while this is open."""
    global _is_listening
    if not _is_listening:
        sys.addaudithook(_hear)
        _is_listening = True
    mine = Recording()
    _recordings.append(mine)
    originals = {name: getattr(os, name) for name in ("stat", "lstat", "access", "readlink")}
    for name, original in originals.items():
        setattr(os, name, _noting(mine, original, LINK if name in ("lstat", "readlink") else STATUS))
    try:
        yield mine
    finally:
        for name, original in originals.items():
            setattr(os, name, original)
        _recordings.remove(mine)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    for one in _recordings:
        one.hear(event, arguments)


def _noting(mine: Recording, original: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def look(path: object, *arguments: Any, **options: Any) -> Any:
        if options.get("dir_fd") is None:
            mine.note(LINK if options.get("follow_symlinks") is False else kind, path)
        return original(path, *arguments, **options)

    return look
