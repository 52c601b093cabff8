"""The installed version of dazzle-dsl, determined without importing or running it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path
from sys import version_info

__all__ = ["MINIMUM", "in_process_version", "is_ours", "is_too_old", "version_beside"]

MINIMUM = "0.112"
"""The oldest version of dazzle-dsl whose IR is supported."""

_MINIMUM_PYTHON = (3, 12)
_PACKAGES = ("lib*/python*/site-packages", "lib*/python*/dist-packages", "local/lib/python*/dist-packages")


def in_process_version() -> str | None:
    """Return the version of dazzle-dsl that this interpreter can import, or None."""
    if version_info < _MINIMUM_PYTHON or util.find_spec("dazzle") is None:
        return None
    try:
        return metadata.version("dazzle-dsl")
    except metadata.PackageNotFoundError:
        return None


def version_beside(command: Path, name: str = "dazzle-dsl") -> str | None:
    """Return the version of a package in the environment of a console script, or None if it is not found."""
    dist_info = re.compile(rf"{name.replace('-', '_')}-(?P<version>[^-]+)\.dist-info", re.IGNORECASE)
    versions = {
        match["version"]
        for prefix in _prefixes(command)
        for pattern in _PACKAGES
        for path in prefix.glob(pattern)
        for entry in _entries(path)
        if (match := dist_info.fullmatch(entry))
    }
    return max(versions, key=_numbers, default=None)


def is_ours(command: Path) -> bool:
    """Return whether a console script called `dazzle` is that of dazzle-infra-standalone."""
    return b"from dazzle_infra" in _head(command)


def is_too_old(version: str) -> bool:
    """Return whether a version of dazzle-dsl is older than `MINIMUM`."""
    return _numbers(version) < _numbers(MINIMUM)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])


def _prefixes(command: Path) -> Iterator[Path]:
    """Yield the environments that a script may belong to: its own folder's, and its interpreter's."""
    seen = set()
    for prefix in (command.parent.parent, command.resolve().parent.parent, _interpreter(command).parent.parent):
        if prefix not in seen:
            seen.add(prefix)
            yield prefix


def _interpreter(command: Path) -> Path:
    # A path too long for `#!` is written by installers as a shell line instead: '''exec' /path/python "$0" "$@"
    match = re.match(rb"#!(?:/bin/sh\n'''exec' )?[\"']?(/[^\n\"' ]+)", _head(command))
    return Path(match[1].decode("utf-8", "replace")) if match else command


def _head(command: Path) -> bytes:
    try:
        with command.open("rb") as stream:
            return stream.read(4096)
    except OSError:
        return b""


def _entries(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.iterdir()]
    except OSError:
        return []
