"""Stored results: the output of earlier runs, which is valid as long as their inputs are unchanged.

A result is one file in the cache, named by a digest of the command line, the environment and the installed packages.
It holds the text, the inputs (see `inputs`) and a digest of their state. A result that is damaged, or whose inputs
changed, is not used: it costs time, never more. The module imports little (see `location`).
"""

from __future__ import annotations

import os
import sys

from dazzle_infra import __version__
from dazzle_infra.cache.inputs import digest_of, is_older
from dazzle_infra.cache.location import cache_path

TYPE_CHECKING = False  # the real one is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final, TextIO

    from dazzle_infra.cache.inputs import Input

__all__ = ["KEPT", "key_of", "read_result", "recall", "remember", "remove_results"]

KEPT: Final = 200
"""Results that are kept, the last used."""

_FORMAT: Final = b"dazzle-infra result 1"
_FOLDER: Final = "results"
_MOST_INPUTS: Final = 5000
_MOST_BYTES: Final = 65_536
_GRANULARITY: Final = 20_000_000
"""Nanoseconds within which two changes of a file may have the same time."""

_VOLATILE: Final = frozenset({"_", "OLDPWD", "SHLVL"})
"""Variables that differ from command to command and that nothing reads."""


def key_of(arguments: Sequence[str], prog: str) -> str | None:
    """Return the name of the result of a command; None where its results are not stored.

    Only results of `check` and `update` are stored, unless they read standard input or work on many applications.
    """
    command = _command(arguments)
    if command not in ("check", "update") or {"-", "--all", "--debug"} & set(arguments):
        return None
    if any(name.endswith("_COMPLETE") for name in os.environ):
        return None
    import hashlib

    terminals = [(_is_terminal(stream), getattr(stream, "encoding", None)) for stream in (sys.stdout, sys.stderr)]
    width = [_size(stream) for stream in (sys.stdout, sys.stderr)]
    variables = sorted(item for item in os.environ.items() if item[0] not in _VOLATILE)
    who = (os.getuid(), os.getgid(), os.getcwd())  # noqa: PTH109 - pathlib is slow to import
    facts = (__version__, sys.version, sys.executable, who, prog, list(arguments), terminals, width, variables)
    stated = repr((facts, _installed())).encode("utf-8", "backslashreplace")
    return hashlib.blake2b(stated, digest_size=20).hexdigest()


def _command(arguments: Sequence[str]) -> str | None:
    """Return the name of the command, before which only the project may be named."""
    rest = list(arguments)
    while rest and rest[0] in ("-C", "--project"):
        del rest[:2]
    return rest[0] if rest else None


def _is_terminal(stream: object) -> bool:
    return bool(getattr(stream, "isatty", bool)())


def _size(stream: TextIO) -> os.terminal_size | None:
    """Return the size of a terminal; each stream may be one, or a file."""
    try:
        return os.get_terminal_size(stream.fileno()) if _is_terminal(stream) else None
    except (OSError, ValueError):
        return None


def _installed() -> list[tuple[str, int]]:
    """Return the folders of modules, with times that change when a package is installed or removed."""
    found = []
    for path in sys.path:
        try:
            found.append((path, os.stat(path or ".").st_mtime_ns))  # noqa: PTH116
        except OSError:
            continue
    return found


def recall(key: str) -> tuple[bytes, bytes] | None:
    """Return the standard output and standard error of a command if all its inputs are unchanged; else None."""
    path = _path(key)
    if path is None:
        return None
    try:
        stated, out, err, inputs = read_result(path)
        if stated != digest_of(inputs, _start(key, out, err)).hex():
            return None
        os.utime(path)
    except (OSError, ValueError, KeyError):
        return None
    return out, err


def read_result(path: str) -> tuple[str, bytes, bytes, list[Input]]:
    """Return the digest, standard output, standard error and inputs of a file with a result.

    Raises:
        OSError: It cannot be read.
        ValueError: It is damaged.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        content = os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)
    stated, _, rest = content.partition(b"\n")
    out, err, *parts = rest.split(b"\0")
    inputs = [(kind.decode(), os.fsdecode(path)) for kind, path in zip(parts[::2], parts[1::2], strict=True)]
    return stated.decode(), out, err, inputs


def remember(key: str, out: bytes, err: bytes, inputs: Sequence[Input], started: int) -> None:
    """Store a result, and remove the oldest beyond `KEPT`.

    Nothing is stored where an input has changed since the run began: what the run read may be another state of it.

    Args:
        key: The name of the result, from `key_of`.
        out: The standard output.
        err: The standard error.
        inputs: The inputs of the run.
        started: When the run began, in nanoseconds since the epoch.
    """
    path = _path(key)
    if path is None or len(inputs) > _MOST_INPUTS or len(out + err) > _MOST_BYTES or b"\0" in out + err:
        return
    names = [os.fsencode(name) for _, name in inputs]
    if any(b"\0" in name for name in names):
        return
    working = f"{path}.{os.getpid()}"
    folder = os.path.dirname(path)  # noqa: PTH120
    try:
        if not is_older(inputs, started - _GRANULARITY):
            return
        stated = digest_of(inputs, _start(key, out, err)).hex().encode()
        parts = [part for (kind, _), name in zip(inputs, names, strict=True) for part in (kind.encode(), name)]
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        handle = os.open(working, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(stated + b"\n" + b"\0".join([out, err, *parts]))
        os.replace(working, path)  # noqa: PTH105
        _trim(folder)
    except OSError:
        return


def remove_results() -> None:
    """Remove all results."""
    import shutil

    root = cache_path()
    if root is not None:
        shutil.rmtree(os.path.join(root, _FOLDER), ignore_errors=True)  # noqa: PTH118


def _path(key: str) -> str | None:
    root = cache_path()
    return None if root is None else os.path.join(root, _FOLDER, key)  # noqa: PTH118


def _start(key: str, out: bytes, err: bytes) -> bytes:
    return b"%s %s %d %d\n%s%s" % (_FORMAT, key.encode(), len(out), len(err), out, err)


def _trim(folder: str) -> None:
    with os.scandir(folder) as entries:
        aged = sorted(((entry.stat().st_mtime_ns, entry.path) for entry in entries), reverse=True)
    for _, path in aged[KEPT:]:
        os.unlink(path)  # noqa: PTH108
