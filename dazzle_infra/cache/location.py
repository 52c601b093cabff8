"""The folder of the cache. The module imports little: a stored result is looked up before anything else is imported."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # the real one is slow to import
if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CACHE_DIR", "cache_directory", "cache_path"]

CACHE_DIR = "DAZZLE_INFRA_CACHE_DIR"
"""The variable with the folder of the cache. No file can set it, because the cache is used before files are read."""

_temporary: list[Path] = []


def cache_path() -> str | None:
    """Return the path of the cache, which need not exist; None if there is no home folder."""
    named = os.environ.get(CACHE_DIR)
    if named:
        return os.path.abspath(named)  # noqa: PTH100 - pathlib is slow to import
    if sys.platform == "linux":
        named = os.environ.get("XDG_CACHE_HOME", "").strip()
        home = named if os.path.isabs(named) else os.path.expanduser("~/.cache")  # noqa: PTH111, PTH117
        return os.path.join(home, "dazzle-infra") if os.path.isabs(home) else None  # noqa: PTH117, PTH118
    import platformdirs

    try:
        return platformdirs.user_cache_dir("dazzle-infra")
    except RuntimeError:
        return None


def cache_directory() -> Path:
    """Return the folder of the cache; create it if necessary.

    `DAZZLE_INFRA_CACHE_DIR` names another one. Where none can be written, a folder that lives as long as the process
    takes its place: a missing home directory costs time, never the run.
    """
    from pathlib import Path

    path = cache_path()
    if path is None:
        return _temporary_directory()
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return _temporary_directory()
    return folder if os.access(folder, os.W_OK | os.X_OK) else _temporary_directory()


def _temporary_directory() -> Path:
    import atexit
    import shutil
    import tempfile
    from pathlib import Path

    if not _temporary:
        _temporary.append(Path(tempfile.mkdtemp(prefix="dazzle-infra-")))
        atexit.register(shutil.rmtree, _temporary[0], ignore_errors=True)
    return _temporary[0]
