"""The user's cache: template repositories, unpacked or fetched once."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.cache.location import cache_directory
from dazzle_infra.cache.results import remove_results

__all__ = ["Entry", "cached", "clean", "entries", "evict", "locked", "note_fetched", "note_used"]

_URL = "dazzle-infra.url"
"""A file of an entry with its URL. The time of the file is that of the last use."""

_FETCHED = "dazzle-infra.fetched"
"""A file of an entry whose time is that of the last fetch."""

_BUSY_SECONDS = 3600
"""Entries that were used more recently can be in use by another run."""

_used: set[Path] = set()
"""Entries that this process has used."""


@dataclass(frozen=True)
class Entry:
    """A repository in the cache.

    Attributes:
        path: The folder.
        url: The URL of which it is a copy.
        size: The size in bytes.
        used: The time of the last use, in seconds since the epoch.
        fetched: The time of the last fetch, in seconds since the epoch; None if it was not fetched.
    """

    path: Path
    url: str
    size: int
    used: float
    fetched: float | None


def cached(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of the cache entry `name`; create it if it is missing.

    `make` fills a temporary folder, which is renamed when it is complete, so that an interrupted run leaves no partial
    entry. If two processes create the same entry, both use that of the first.
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
    """Hold the lock of an entry, so that no other process changes it."""
    with (entry / "dazzle-infra.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def note_used(entry: Path, url: str) -> None:
    """Record the present time as that of the last use of an entry, and its URL."""
    _used.add(entry)
    with suppress(OSError):
        (entry / _URL).write_text(url, encoding="utf-8")


def note_fetched(entry: Path) -> None:
    """Record the present time as that of the last fetch of an entry."""
    with suppress(OSError):
        (entry / _FETCHED).write_bytes(b"")


def entries() -> list[Entry]:
    """Return the entries of the cache, the last used first."""
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
    """Remove the least recently used entries until the limits are kept; return the removed entries.

    Entries that this process has used, and that another one has used within the last hour, are not removed.
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
    """Remove the entries that were not used for a number of seconds, or all entries; return the removed entries.

    Partial entries of interrupted runs and all stored results are removed too.
    """
    remove_results()
    removed = [entry for entry in entries() if seconds is None or entry.used < time.time() - seconds]
    for entry in removed:
        _remove(entry.path)
    for path in (cache_directory() / "templates").glob(".*"):
        with suppress(OSError):
            if seconds is None or path.stat().st_mtime < time.time() - _BUSY_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
    if seconds is None:
        for folder in ("appspec", "files"):
            shutil.rmtree(cache_directory() / folder, ignore_errors=True)
    return removed


def _is_idle(entry: Entry) -> bool:
    return entry.path not in _used and entry.used < time.time() - _BUSY_SECONDS


def _remove(path: Path) -> None:
    """Remove a folder; rename it first, so that no other process uses a partial entry."""
    gone = path.with_name(f".gone-{os.getpid()}-{path.name}")
    with suppress(OSError):
        path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)
