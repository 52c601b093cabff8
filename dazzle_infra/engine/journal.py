"""The record that makes a run all or nothing: written before the first change, removed after the last.

Its folder is `.dazzle-infra/` at the project's root. Whatever ends a run, be it a full disk or `kill -9`, the next
command that writes finds the record and puts back what was there before. The folder may have come with a project that
strangers made: what a record names outside of the project is refused.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dazzle_infra.engine.files import move, sync_directory
from dazzle_infra.engine.places import check_inside
from dazzle_infra.engine.state import (
    STATE,
    leftover_record,
    next_backup_name,
    remove_old_backups,
    state_directory,
)
from dazzle_infra.engine.trees import digest_at
from dazzle_infra.errors import PreconditionError, Where

__all__ = ["Entry", "Folders", "Journal", "parse_record"]

_STAGING = "staging"
_FORMAT = 1
_KEPT_AS = re.compile(r"[0-9]+\.(?:new|old)")


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes:
        path: The file, POSIX, relative to the project.
        staged: Name of the new content in the staging folder; None where the file is removed.
        after: Digest of the new content; None where the file is removed.
        before: Digest of the present content; None where there is no file.
        saved: Name of the present content in the staging folder, where only its owner may read it; None where there
            is no file.
        mode: Permissions of the present file; None where there is no file.
    """

    path: str
    staged: str | None = None
    after: str | None = None
    before: str | None = None
    saved: str | None = None
    mode: int | None = None


@dataclass(frozen=True)
class Folders:
    """The folders of one run.

    Attributes:
        made: Those that the run makes, outermost first.
        present: Those that are there before it and that it may remove, outermost first, with their permissions.
    """

    made: Sequence[str]
    present: Mapping[str, int]


class Journal:
    """The record of one run, and its staging folder."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.state = state_directory(project)
        self.staging = self.state / _STAGING
        self._record = leftover_record(project)

    def write(self, entries: Sequence[Entry], folders: Folders, note: Mapping[str, Any]) -> None:
        """Make the record durable; from here on a run that is cut off is rolled back.

        Args:
            entries: The changes, in their order.
            folders: The folders that come and go with them.
            note: What a backup says about the run besides.
        """
        record = {
            "format": _FORMAT,
            "entries": [asdict(entry) for entry in entries],
            "folders": list(folders.made),
            "present": dict(folders.present),
            "note": dict(note),
        }
        working = self.state / "journal.new"
        with working.open("w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), 0o600)
            json.dump(record, stream)
            stream.flush()
            os.fsync(stream.fileno())
        working.replace(self._record)
        sync_directory(self.state)

    def commit(self, backup: Path | None, reached: Callable[[str], None] = lambda _: None) -> None:
        """Declare the run done; one rename decides.

        Args:
            backup: A folder that is to keep the record and the files as they were; None to keep nothing.
            reached: Called with a name at every point where the run can be cut off.
        """
        if backup is None:
            self._record.unlink()
        else:
            for staged in self.staging.glob("*.new"):
                staged.unlink()
            reached("written")
            backup.parent.mkdir(exist_ok=True, mode=0o700)
            # The files first, under a name that nothing looks for; the record makes them a backup.
            self.staging.replace(backup)
            reached("saved")
            self._record.replace(backup / "record.json")
            sync_directory(backup)
            remove_old_backups(self.project)
        sync_directory(self.state)
        shutil.rmtree(self.staging, ignore_errors=True)

    def roll_back(self) -> list[str]:
        """Put back what the record describes, if there is one.

        Returns:
            Files that somebody has changed since, which are left alone; what they were before the run is kept in a
            backup.
        """
        kept = self._undo_all() if self._record.exists() else []
        shutil.rmtree(self.staging, ignore_errors=True)
        self._remove_unfinished()
        return kept

    def _undo_all(self) -> list[str]:
        entries, folders = parse_record(self.project, self._record)
        written = [entry for entry in reversed(entries) if entry.staged is not None]
        removed = [entry for entry in reversed(entries) if entry.staged is None]
        kept = [entry.path for entry in written if not self._undo(entry)]
        for folder in reversed(folders.made):
            with suppress(OSError):
                (self.project / folder).rmdir()
        for folder, mode in folders.present.items():
            with suppress(OSError):  # it is there, or somebody has put something in its place
                (self.project / folder).mkdir()
                (self.project / folder).chmod(mode)
        kept += [entry.path for entry in removed if not self._undo(entry)]
        left = [entry for entry in entries if entry.path in kept]
        if any(entry.saved is not None for entry in left):
            self._keep(left, folders)
        else:
            self.commit(None)
        return kept

    def _keep(self, entries: Sequence[Entry], folders: Folders) -> None:
        """Make a backup of what files were that are not put back: these copies are the only ones."""
        self.staging.mkdir(mode=0o700, exist_ok=True)
        wanted = {entry.saved for entry in entries if entry.saved is not None}
        for name in sorted(wanted):
            if not (self.staging / name).exists():
                move(self._saved(name), self.staging / name)
        sync_directory(self.staging)
        # A kill from here on is rolled back again, with these files alone; the others are as they were.
        self.write(entries, folders, {"kind": "recovered"})
        for other in self.staging.iterdir():
            if other.name not in wanted:
                other.unlink()
        self._remove_unfinished()
        self.commit(self.state / "backups" / next_backup_name(self.project))

    def _undo(self, entry: Entry) -> bool:
        """Undo one change; return False where the file is neither what was there nor what was written."""
        target = self.project / entry.path
        present = digest_at(target)
        if present == entry.before:
            return True
        if present != entry.after or target.is_dir():
            return False
        if entry.saved is None:
            target.unlink()
        else:
            saved = self._saved(entry.saved)
            if not saved.exists():
                raise _unreadable(
                    f"the copy of {entry.path} that an earlier run made is gone", self.project, self._record
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.mode is not None:
                saved.chmod(entry.mode)
            move(saved, target)
        sync_directory(target.parent)
        return True

    def _saved(self, name: str) -> Path:
        """Return where the present content is: a kill may have come when the staging folder was a backup already."""
        if (self.staging / name).exists():
            return self.staging / name
        return next((at / name for at in self._unfinished() if (at / name).exists()), self.staging / name)

    def _remove_unfinished(self) -> None:
        for unfinished in self._unfinished():
            shutil.rmtree(unfinished, ignore_errors=True)

    def _unfinished(self) -> list[Path]:
        return [at for at in (self.state / "backups").glob("*") if at.is_dir() and not (at / "record.json").exists()]


def parse_record(project: Path, record: Path) -> tuple[list[Entry], Folders]:
    """Read the changes and the folders of a record.

    Raises:
        PreconditionError: It cannot be read, or names what is not of the project.
    """
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
        entries = [_plain(Entry(**entry)) for entry in content["entries"]]
        present = {str(folder): int(mode) & 0o777 for folder, mode in content.get("present", {}).items()}
        folders = Folders([str(folder) for folder in content["folders"]], present)
        for path in (*(entry.path for entry in entries), *folders.made, *folders.present):
            check_inside(project, path)
        if not all(_KEPT_AS.fullmatch(name) for one in entries for name in (one.staged, one.saved) if name is not None):
            raise ValueError("a file is not kept beside the record")
    except PreconditionError as error:
        raise _unreadable(f"the record of a run is not ours: {error.message}", project, record) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable("the record of a run cannot be read", project, record) from error
    return entries, folders


def _plain(entry: Entry) -> Entry:
    """Return the entry with no more than permissions: a stranger's record might make a file run as its owner."""
    return entry if entry.mode is None else replace(entry, mode=entry.mode & 0o777)


def _unreadable(message: str, project: Path, record: Path) -> PreconditionError:
    return PreconditionError(
        message,
        code="leftover",
        where=Where(file=record.relative_to(project).as_posix()),
        hint=f"look at the project with `git status`, then remove {STATE}",
    )
