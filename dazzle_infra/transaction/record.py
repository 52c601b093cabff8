"""The record of one run: the files that it changes, the time, the commit and the command.

During the run it is the journal; afterwards it is part of a backup. Its folder may come from an untrusted project, so a
record that names anything outside the project is refused.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.repository.branch import Head
from dazzle_infra.templates.trust import without_credentials
from dazzle_infra.transaction.files import FOLDER_MODE
from dazzle_infra.transaction.places import check_inside
from dazzle_infra.transaction.state import STATE

__all__ = ["Entry", "Folders", "Record", "current_command", "parse_record"]

_FORMAT = 1
_KEPT_AS = re.compile(r"[0-9]+\.(?:new|old)")
_LONGEST_COMMAND = 400
"""The number of characters of a command that are recorded."""


@dataclass(frozen=True)
class Entry:
    """The change of one file.

    Attributes:
        path: The file, POSIX, relative to the project.
        staged: Name of the new content in the staging folder; None if the file is removed.
        after: Digest of the new content; None if the file is removed.
        before: Digest of the previous content; None if there was no file.
        saved: Name of the previous content in the staging folder, readable by its owner alone; None if there was no
            file.
        mode: Permissions of the previous file; None if there was no file.
        mode_after: Mode of the new file; None if the file is removed, and in records of older versions.
    """

    path: str
    staged: str | None = None
    after: str | None = None
    before: str | None = None
    saved: str | None = None
    mode: int | None = None
    mode_after: int | None = None


@dataclass(frozen=True)
class Folders:
    """The folders of one run.

    Attributes:
        made: Folders that the run creates, outermost first.
        present: Folders that exist before the run and that it can remove, outermost first, with their permissions.
    """

    made: Sequence[str]
    present: Mapping[str, int]


@dataclass(frozen=True)
class Record:
    """The record of one run.

    Attributes:
        entries: The changes, in their order.
        folders: The folders that are created or can be removed.
        note: Further data about the run (see `transaction.backup.Backup`).
        head: The branch and commit of the work tree; None if the project was in no repository.
        time: The start in UTC, as ISO 8601; None in records of older versions.
        command: The command line, without credentials; None in records of older versions.
        moves: Folders that are moved after the writes. The paths of the entries are those before the moves.
    """

    entries: tuple[Entry, ...]
    folders: Folders
    note: Mapping[str, Any]
    head: Head | None = None
    time: str | None = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    command: str | None = field(default_factory=lambda: current_command())
    moves: tuple[tuple[str, str], ...] = ()

    def dump(self) -> str:
        """Return the record as JSON, in the form that `parse_record` reads."""
        content = {
            "format": _FORMAT,
            "entries": [asdict(entry) for entry in self.entries],
            "folders": list(self.folders.made),
            "present": dict(self.folders.present),
            "note": dict(self.note),
            "head": None if self.head is None else asdict(self.head),
            "time": self.time,
            "command": self.command,
            "moves": [list(move) for move in self.moves],
        }
        return json.dumps(content)


def current_command() -> str:
    """Return the command line of this process, without credentials."""
    words = [Path(sys.argv[0]).name, *map(without_credentials, sys.argv[1:])]
    return " ".join(words)[:_LONGEST_COMMAND]


def parse_record(project: Path, path: Path) -> Record:
    """Read a record.

    Raises:
        PreconditionError: The record cannot be read, or names paths outside the project.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(_with_plain_mode(Entry(**entry)) for entry in content["entries"])
        present = {str(folder): int(mode) & FOLDER_MODE for folder, mode in content.get("present", {}).items()}
        folders = Folders([str(folder) for folder in content["folders"]], present)
        moves = tuple((str(old), str(new)) for old, new in content.get("moves", []))
        for name in (
            *(f"{folder}/x" for move in moves for folder in move),
            *(entry.path for entry in entries),
            *folders.made,
            *folders.present,
        ):
            check_inside(project, name)
        if not all(_KEPT_AS.fullmatch(name) for one in entries for name in (one.staged, one.saved) if name is not None):
            raise ValueError("a saved file is missing")
        head = content.get("head")
        return Record(
            entries,
            folders,
            dict(content.get("note", {})),
            None if head is None else Head(**head),
            content.get("time"),
            content.get("command"),
            moves,
        )
    except PreconditionError as error:
        raise unreadable(f"the record of a run is invalid: {error.message}", project, path) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreadable("the record of a run cannot be read", project, path) from error


def _with_plain_mode(entry: Entry) -> Entry:
    """Return the entry without set-user-ID and similar bits, which an untrusted record could contain."""
    return entry if entry.mode is None else replace(entry, mode=entry.mode & 0o777)


def unreadable(message: str, project: Path, record: Path) -> PreconditionError:
    """Return the error for a record that cannot be used."""
    return PreconditionError(
        message,
        code="leftover",
        where=Where(file=record.relative_to(project).as_posix()),
        hint=f"inspect the project with `git status`, then remove {STATE}",
    )
