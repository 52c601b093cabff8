"""Adds keys to the `.env` of an output directory. Existing lines are the user's and are never changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.hooks.protocol import HookContext
from dazzle_infra.transaction.places import check_place
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.trees import File

__all__ = ["add_keys"]

_HEADER = """\
# Secrets of the local development stack, generated on this machine. Not in git, never overwritten.
# dev.env.example lists the other variables that the application reads; set them here.
"""
_KEY = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", re.MULTILINE)


def add_keys(context: HookContext, names: Iterable[str], value: Callable[[str], str]) -> tuple[Write, ...]:
    """Return the `.env` with the keys that it lacks; nothing where it lacks none.

    Where none is missing, it does not matter what kind of file `.env` is.

    Args:
        context: What the hook can read.
        names: The keys.
        value: Returns the value of a key.

    Raises:
        PreconditionError: A key is missing, and the file is a link, not a file, or cannot be read.
    """
    path = context.place.at(".env")
    target = context.root / path
    on_disk = _content(target, path)
    pending = context.pending.get(path)
    present = pending.file.content if pending is not None and pending.file is not None else on_disk
    missing = sorted(set(names) - _keys(present or b""))
    if not missing:
        return ()
    _refuse_unusable(target, path, on_disk, missing)
    check_place(context.root, path)
    lines = "".join(f"{name}={value(name)}\n" for name in missing)
    start = present if present is not None else _HEADER.encode()
    gap = b"" if start.endswith(b"\n") or not start else b"\n"
    mode = 0o600 if on_disk is None else target.stat().st_mode & 0o777
    return (Write(path, File(start + gap + lines.encode(), mode), on_disk),)


def _content(target: Path, path: str) -> bytes | None:
    try:
        return target.read_bytes() if target.is_file() else None
    except OSError as error:
        raise PreconditionError(
            f"{path} cannot be read: {error.strerror}",
            code="unreadable",
            where=Where(file=path),
            hint="change its permissions and run the command again",
        ) from error


def _keys(content: bytes) -> set[str]:
    """Return the keys of the lines that can be read; Compose, too, skips a byte order mark."""
    return set(_KEY.findall(content.decode("utf-8-sig", errors="replace")))


def _refuse_unusable(target: Path, path: str, present: bytes | None, missing: Sequence[str]) -> None:
    """Refuse to add keys to what is not a text file of the project's own."""
    lacks = f"and lacks {', '.join(missing)}"
    where = Where(file=path)
    if target.is_symlink():
        raise PreconditionError(
            f"{path} is a symbolic link {lacks}",
            code="symlink",
            where=where,
            hint="add these keys to the file that it points to, or replace the link with a file",
        )
    if present is None and target.exists() and not target.is_dir():
        raise PreconditionError(
            f"{path} is not a file {lacks}", code="in_the_way", where=where, hint="move it, then run the command again"
        )
    try:
        (present or b"").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PreconditionError(
            f"{path} is not UTF-8 {lacks}",
            code="in_the_way",
            where=Where(path, (present or b"")[: error.start].count(b"\n") + 1),
            hint="save it as UTF-8, or add these keys to it",
        ) from error
