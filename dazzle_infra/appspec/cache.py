"""The cache of models, so that an unchanged application is not parsed again.

An entry is the typed view as JSON. Its name is a digest of everything that the view depends on: dazzle.toml, the DSL
files, the project's vocabulary, the version of Dazzle, and the version of this package. It is stored in the user's
cache folder, or in `$DAZZLE_INFRA_CACHE_DIR`, readable by the user alone. An entry that is damaged or cannot be
written is ignored, and the model is parsed again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from pydantic import ValidationError

from dazzle_infra import __version__
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.cache.location import cache_directory

__all__ = ["KEPT", "fingerprint", "recall", "remember"]

KEPT = 64
"""The number of entries that are kept, newest first."""

_FORMAT = "4"


def fingerprint(project: Path, module_paths: Iterable[str], dazzle: str) -> str | None:
    """Return the digest of everything that the model depends on, or None if a file cannot be read."""
    digest = sha256()
    try:
        root = project.resolve()
        for part in (_FORMAT, __version__, dazzle):
            digest.update(_framed(part.encode()))
        for path in _inputs(root, module_paths):
            digest.update(_framed(os.fsencode(os.path.relpath(path, root))))
            digest.update(_framed(path.read_bytes()))
    except OSError:
        return None
    return digest.hexdigest()


def _framed(part: bytes) -> bytes:
    # The length first, so that no two lists of parts run together into the same bytes.
    return len(part).to_bytes(8, "big") + part


def _inputs(root: Path, module_paths: Iterable[str]) -> Iterator[Path]:
    yield root / "dazzle.toml"
    # The same files as Dazzle's own `discover_dsl_files`.
    yield from sorted({path for base in module_paths for path in (root / base).resolve().rglob("*.dsl")})
    yield from sorted(path for path in (root / "dazzle" / "local_vocab").rglob("*") if path.is_file())


def recall(key: str | None) -> AppSpec | None:
    """Return the entry with a digest as its name, or None."""
    if key is None:
        return None
    try:
        path = _folder() / f"{key}.json"
        appspec = AppSpec.model_validate_json(path.read_bytes())
        os.utime(path)
    except (OSError, ValidationError):
        return None
    return appspec


def remember(key: str | None, appspec: AppSpec) -> None:
    """Store an entry with a digest as its name, atomically, and remove the oldest entries beyond `KEPT`."""
    if key is None:
        return
    with contextlib.suppress(OSError):
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = mkstemp(dir=folder, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(appspec.model_dump_json(exclude_defaults=True).encode())
            Path(temporary).replace(folder / f"{key}.json")
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        _trim(folder)


def _trim(folder: Path) -> None:
    # Temporary files of killed runs are removed in the same way.
    aged = sorted(((entry.stat().st_mtime_ns, entry) for entry in folder.iterdir()), reverse=True)
    for _, entry in aged[KEPT:]:
        entry.unlink(missing_ok=True)


def _folder() -> Path:
    return cache_directory() / "appspec"
