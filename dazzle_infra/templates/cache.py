"""The user's cache: template repositories, unpacked or fetched once."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

__all__ = ["Entry", "cache_directory", "cached", "clean", "entries", "evict", "locked", "note_fetched", "note_used"]

_URL = "dazzle-infra.url"
"""In an entry: the URL that it is a copy of; the file's time is that of the last use."""

_FETCHED = "dazzle-infra.fetched"
"""In an entry: its time is that of the last fetch."""

_BUSY_SECONDS = 3600
"""What was used so recently may be in use by another run."""

_used: set[Path] = set()
"""What this process has used."""


@dataclass(frozen=True)
class Entry:
    """A repository in the cache.

    Attributes:
        path: Where it is.
        url: What it is a copy of.
        size: Bytes.
        used: When it was last used, seconds since the epoch.
        fetched: When it was last fetched, likewise; None for what was not fetched.
    """

    path: Path
    url: str
    size: int
    used: float
    fetched: float | None


@cache
def _temporary() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="dazzle-infra-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def cache_directory() -> Path:
    """Return the folder of our cache, made if need be.

    `DAZZLE_INFRA_CACHE_DIR` names another one. Where none can be written, a folder that lives as long as the process
    takes its place: a missing home directory costs time, never the run.
    """
    named = os.environ.get("DAZZLE_INFRA_CACHE_DIR")
    try:
        folder = Path(named) if named else Path(platformdirs.user_cache_dir("dazzle-infra"))
        folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError):
        return _temporary()
    return folder if os.access(folder, os.W_OK | os.X_OK) else _temporary()


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """Return the cache entry `name`; make it where it is missing.

    `make` fills a folder of its own, which is renamed into place when it is complete: a kill leaves nothing half, and
    of two processes that make the same entry one wins and both go on.
    """
    entry = cache_directory() / name
    if entry.is_dir():
        return entry
    entry.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=f".{entry.name}.", dir=entry.parent))
    try:
        make(working)
        try:
            working.rename(entry)
        except OSError:
            if not entry.is_dir():
                raise
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return entry


@contextmanager
def locked(entry: Path) -> Iterator[None]:
    """Keep other processes from changing an entry meanwhile."""
    with (entry / "dazzle-infra.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def note_used(entry: Path, url: str) -> None:
    """Remember that an entry is used now, and what it is a copy of."""
    _used.add(entry)
    with suppress(OSError):
        (entry / _URL).write_text(url, encoding="utf-8")


def note_fetched(entry: Path) -> None:
    """Remember that an entry is as its URL is now."""
    with suppress(OSError):
        (entry / _FETCHED).write_bytes(b"")


def entries() -> list[Entry]:
    """Return what is in the cache, the last used first."""
    found = []
    for path in (cache_directory() / "templates").glob("*.git"):
        # Another process may remove it meanwhile.
        with suppress(OSError):
            if not path.name.startswith(".") and path.is_dir():
                found.append(_entry(path))
    return sorted(found, key=lambda entry: (-entry.used, entry.url))


def _entry(path: Path) -> Entry:
    note, fetched = path / _URL, path / _FETCHED
    url = note.read_text(encoding="utf-8", errors="replace") if note.exists() else ""
    return Entry(
        path=path,
        url=url,
        size=sum(file.lstat().st_size for file in path.rglob("*") if file.is_file()),
        used=(note if note.exists() else path).stat().st_mtime,
        fetched=fetched.stat().st_mtime if fetched.exists() else None,
    )


def evict(most_entries: int, most_bytes: int) -> list[Entry]:
    """Remove what was not used for longest, until the rest keeps the limits; return what was removed.

    What this process has used, and what any other has used within the last hour, stays.
    """
    removed, count, size = [], 0, 0
    for entry in entries():
        count, size = count + 1, size + entry.size
        if (count > most_entries or size > most_bytes) and _is_idle(entry):
            count, size = count - 1, size - entry.size
            _remove(entry.path)
            removed.append(entry)
    return removed


def clean(seconds: float | None) -> list[Entry]:
    """Remove what was not used for so many seconds, or everything; return what was removed.

    What a killed run left half-made goes too.
    """
    removed = [entry for entry in entries() if seconds is None or entry.used < time.time() - seconds]
    for entry in removed:
        _remove(entry.path)
    for path in (cache_directory() / "templates").glob(".*"):
        with suppress(OSError):
            if seconds is None or path.stat().st_mtime < time.time() - _BUSY_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
    if seconds is None:
        shutil.rmtree(cache_directory() / "appspec", ignore_errors=True)
    return removed


def _is_idle(entry: Entry) -> bool:
    return entry.path not in _used and entry.used < time.time() - _BUSY_SECONDS


def _remove(path: Path) -> None:
    """Take it out of sight at once: half an entry must never be taken for one."""
    gone = path.with_name(f".gone-{os.getpid()}-{path.name}")
    with suppress(OSError):
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
