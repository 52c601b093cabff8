"""The journal that makes a run atomic: a record that is written before the first change and removed after the last.

It is in `.dazzle-infra/` at the project's root. If a run is interrupted, for example by `kill -9`, the next command
that writes finds the record and restores the previous files. If another commit was checked out in between, files with
the content of that commit are not restored.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from dazzle_infra.repository.branch import Head, committed_state, head_of
from dazzle_infra.transaction.files import SPECIAL, move, sync_directory
from dazzle_infra.transaction.record import Entry, Folders, Record, parse_record, unreadable
from dazzle_infra.transaction.relocate import Moves, relocate_back
from dazzle_infra.transaction.state import leftover_record, next_backup_name, remove_old_backups, state_directory
from dazzle_infra.values.trees import digest_at

__all__ = ["Journal"]

_STAGING = "staging"


class Journal:
    """The record of one run, and its staging folder."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.state = state_directory(project)
        self.staging = self.state / _STAGING
        self._record = leftover_record(project)

    def write(
        self,
        entries: Sequence[Entry],
        folders: Folders,
        note: Mapping[str, Any],
        earlier: Record | None = None,
        moves: Moves = (),
    ) -> None:
        """Write the record to the disk. A run that is interrupted after this is rolled back.

        Args:
            entries: The changes, in their order.
            folders: The folders that are created or can be removed.
            note: Further data about the run, for its backup.
            earlier: The record of an interrupted run that this one continues; None for a new run.
            moves: Folders that are moved after the writes.
        """
        if earlier is None:
            record = Record(tuple(entries), folders, note, head_of(self.project), moves=tuple(moves))
        else:
            record = replace(earlier, entries=tuple(entries), folders=folders, note=note, moves=())
        working = self.state / "journal.new"
        with working.open("w", encoding="utf-8") as stream:
            os.fchmod(stream.fileno(), 0o600)
            stream.write(record.dump())
            stream.flush()
            os.fsync(stream.fileno())
        working.replace(self._record)
        sync_directory(self.state)

    def commit(self, backup: Path | None, reached: Callable[[str], None] = lambda _: None) -> None:
        """Complete the run; a single rename of the record makes it final.

        Args:
            backup: The folder for the record and the previous files; None to keep neither.
            reached: Called with a name at every point where the run can be interrupted.
        """
        if backup is None:
            self._record.unlink()
        else:
            for staged in self.staging.glob("*.new"):
                staged.unlink()
            reached("written")
            backup.parent.mkdir(exist_ok=True, mode=0o700)
            # The files first: a folder without a record is not a backup yet.
            self.staging.replace(backup)
            reached("saved")
            self._record.replace(backup / "record.json")
            sync_directory(backup)
            remove_old_backups(self.project)
        sync_directory(self.state)
        shutil.rmtree(self.staging, ignore_errors=True)

    def roll_back(self) -> list[str]:
        """Restore the previous files if there is a record.

        Returns:
            Files that were edited since and are not restored; a backup keeps their contents before the run.
        """
        kept = self._undo_all() if self._record.exists() else []
        shutil.rmtree(self.staging, ignore_errors=True)
        self._remove_unfinished()
        return kept

    def _undo_all(self) -> list[str]:
        record = parse_record(self.project, self._record)
        entries, folders = record.entries, record.folders
        checked_out = self._checked_out_since(record)
        relocate_back(self.project, record.moves, folders.present)
        written = [entry for entry in reversed(entries) if entry.staged is not None]
        removed = [entry for entry in reversed(entries) if entry.staged is None]
        kept = [entry.path for entry in written if not self._undo(entry, checked_out)]
        for folder in reversed(folders.made):
            with suppress(OSError):
                (self.project / folder).rmdir()
        for folder, mode in folders.present.items():
            with suppress(OSError):  # it exists, or something else has taken its place
                (self.project / folder).mkdir()
                (self.project / folder).chmod(mode)
        kept += [entry.path for entry in removed if not self._undo(entry, checked_out)]
        left = [entry for entry in entries if entry.path in kept]
        if any(entry.saved is not None for entry in left):
            self._keep(record, left)
        else:
            self.commit(None)
        return kept

    def _checked_out_since(self, record: Record) -> set[str]:
        """Return the files that git has checked out from a commit other than that of the run."""
        head = head_of(self.project)
        if record.head is None or head is None or _commit(record.head) == _commit(head):
            return set()
        return committed_state(self.project, (entry.path for entry in record.entries))

    def _keep(self, record: Record, entries: Sequence[Entry]) -> None:
        """Make a backup of the originals of files that are not restored: there are no other copies."""
        self.staging.mkdir(mode=0o700, exist_ok=True)
        wanted = {entry.saved for entry in entries if entry.saved is not None}
        for name in sorted(wanted):
            if not (self.staging / name).exists():
                move(self._saved(name), self.staging / name)
        sync_directory(self.staging)
        # If this is interrupted, only these files are rolled back again; the others are restored already.
        self.write(entries, record.folders, {"kind": "recovered"}, record)
        for other in self.staging.iterdir():
            if other.name not in wanted:
                other.unlink()
        self._remove_unfinished()
        self.commit(self.state / "backups" / next_backup_name(self.project))

    def _undo(self, entry: Entry, checked_out: Set[str]) -> bool:
        """Undo one change; return False if the file has neither the previous nor the written content."""
        target = self.project / entry.path
        present = digest_at(target)
        if present == entry.before:
            return True
        if present != entry.after or target.is_dir() or entry.path in checked_out:
            return False
        if entry.saved is None:
            target.unlink()
        else:
            saved = self._saved(entry.saved)
            if not saved.exists():
                raise unreadable(f"the backup of {entry.path} by an earlier run is missing", self.project, self._record)
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.mode is not None:
                saved.chmod(entry.mode | saved.stat().st_mode & SPECIAL)
            move(saved, target)
        sync_directory(target.parent)
        return True

    def _saved(self, name: str) -> Path:
        """Return the path of a saved file: in the staging folder, or in an unfinished backup that it became."""
        if (self.staging / name).exists():
            return self.staging / name
        return next((at / name for at in self._unfinished() if (at / name).exists()), self.staging / name)

    def _remove_unfinished(self) -> None:
        for unfinished in self._unfinished():
            shutil.rmtree(unfinished, ignore_errors=True)

    def _unfinished(self) -> list[Path]:
        return [at for at in (self.state / "backups").glob("*") if at.is_dir() and not (at / "record.json").exists()]


def _commit(head: Head) -> str | None:
    """Return the commit, or before the first one the branch."""
    return head.commit or head.branch
