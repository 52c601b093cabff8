"""The contents of backups: their times, their files, and the saved content of one file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.transaction.backup import Backup
from dazzle_infra.transaction.backup_list import backups
from dazzle_infra.values.program import program

__all__ = ["Saved", "changed_files", "made_at", "saved_content"]

_KEY = re.compile(rb"^\s*(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=")
_REDACTED = b"(redacted)"

FileClass = Literal["added", "updated", "removed"]


@dataclass(frozen=True)
class Saved:
    """A file as it was before a run.

    Attributes:
        backup: The backup that contains it.
        content: The content; values of an environment file are redacted.
        is_redacted: Whether values were redacted.
    """

    backup: Backup
    content: bytes
    is_redacted: bool


def made_at(backup: Backup) -> str:
    """Return the start of the run in UTC, as ISO 8601 with seconds."""
    if backup.record.time:
        return backup.record.time
    written = (backup.folder / "record.json").stat().st_mtime
    return datetime.fromtimestamp(written, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def changed_files(backup: Backup) -> list[tuple[str, FileClass]]:
    """Return the files that the run changed, sorted by path, with the class of each change."""
    found: list[tuple[str, FileClass]] = []
    for entry in sorted(backup.entries, key=lambda one: one.path):
        kind: FileClass = "removed" if entry.after is None else "added" if entry.before is None else "updated"
        found.append((entry.path, kind))
    return found


def saved_content(project: Path, path: str, name: str | None = None) -> Saved:
    """Return a file as it was before a run that changed it.

    Args:
        project: The project's root.
        path: The file, relative to the project.
        name: The name of the backup; None for the newest one that contains the file.

    Raises:
        PreconditionError: There is no such backup, or none that contains the file.
    """
    wanted = PurePosixPath(path).as_posix()
    known = backups(project)
    if name is not None and name not in (one.name for one in known):
        raise PreconditionError(f"no backup {name}", code="no_backup", hint=f"{program()} undo --list")
    for backup in reversed([one for one in known if name in (None, one.name)]):
        for entry in backup.entries:
            if wanted in (entry.path, backup.place(entry.path)) and entry.saved is not None:
                content = (backup.folder / entry.saved).read_bytes()
                if _is_secret(wanted, backup):
                    return Saved(backup, _redacted(content.splitlines(keepends=True)), is_redacted=True)
                return Saved(backup, content, is_redacted=False)
    raise PreconditionError(
        f"no backup contains {wanted}{f' in {name}' if name else ''}",
        code="no_backup",
        where=Where(file=wanted),
        hint=f"{program()} undo --list names the files of each backup; paths are relative to the project",
    )


def _is_secret(path: str, backup: Backup) -> bool:
    return PurePosixPath(path).name.startswith(".env") or path in backup.appended


def _redacted(lines: Sequence[bytes]) -> bytes:
    """Return the lines of an environment file with keys and comments, but without values."""
    kept = []
    for line in lines:
        end = line[len(line.rstrip(b"\r\n")) :]
        if (key := _KEY.match(line)) is not None:
            kept.append(key[0] + _REDACTED + end)
        elif not line.strip() or line.lstrip().startswith(b"#"):
            kept.append(line)
        else:  # the rest of a value of several lines
            kept.append(_REDACTED + end)
    return b"".join(kept)
