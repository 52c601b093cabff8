"""The user's cache: template repositories, unpacked or fetched once."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import platformdirs

__all__ = ["cache_directory", "cached"]


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
