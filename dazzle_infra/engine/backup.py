"""Backups: what an update replaced, kept until a person is content.

Each is a folder in `.dazzle-infra/backups`, private to its owner, with the record of the run. The newest one can be
undone; one whose update left conflicts stays open until they are resolved, or the update is taken back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from dazzle_infra.engine.apply import Write
from dazzle_infra.engine.journal import Entry, Folders, parse_record
from dazzle_infra.engine.state import STATE, next_backup_name, refuse_links
from dazzle_infra.engine.trees import File, digest, digest_at

__all__ = ["Backup", "backups", "kept_files", "newest_backup", "next_backup_name", "open_backup", "own_lines"]


@dataclass(frozen=True)
class Backup:
    """What one run replaced.

    Attributes:
        name: Its name; names sort by age.
        folder: Where it is.
        entries: The changes of the run.
        folders: The folders that came and went with them.
        note: What the run said about itself: `kind`, `conflicts`, `kept`, `index`, `owed`, `appended`. Of kind
            `recovered` are the originals of files that were edited after a run was cut off.
    """

    name: str
    folder: Path
    entries: tuple[Entry, ...]
    folders: Folders
    note: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether conflicts of that run are still to be resolved."""
        return bool(self.note.get("conflicts")) and not (self.folder / "resolved").exists()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths that were left in conflict, relative to the project."""
        return tuple(self.note.get("conflicts", ()))

    @property
    def owed(self) -> Sequence[str]:
        """The entries that git's index is to have after the run, as long as they have not been put there."""
        found: Sequence[str] = self.note.get("owed", ())
        return () if (self.folder / "marked").exists() else found

    @property
    def appended(self) -> Mapping[str, Sequence[str]]:
        """Files that the run only added lines to: the digests of those lines, by path."""
        found: Mapping[str, Sequence[str]] = self.note.get("appended", {})
        return found

    def mark(self) -> None:
        """Remember that git's index has what it is to have."""
        (self.folder / "marked").touch(0o600)

    def close(self) -> None:
        """Remember that the conflicts are resolved."""
        (self.folder / "resolved").touch(0o600)

    def changed_since(self, project: Path) -> list[str]:
        """Return the files that are not as the run left them."""
        return sorted(entry.path for entry in self.entries if digest_at(project / entry.path) != entry.after)

    def inverse(self, project: Path) -> list[Write]:
        """Return what puts back the files as they were, whatever they are now."""
        writes = []
        for entry in self.entries:
            target = project / entry.path
            present = target.read_bytes() if target.is_file() else None
            if entry.path in self.appended:
                file = self._without_own_lines(entry, present)
                differs = present != (file.content if file else None)
            else:
                file, differs = self._saved(entry), digest_at(target) != entry.before
            if differs:
                writes.append(Write(entry.path, file, present, is_exact=entry.path not in self.appended))
        return writes

    def folders_before(self, project: Path, writes: Sequence[Write]) -> dict[str, int]:
        """Return the folders that were there before, with their permissions.

        Left out are those whose place is taken by what is not going with the writes.
        """
        gone = {write.path for write in writes if write.file is None}

        def is_free(folder: str) -> bool:
            parts = PurePosixPath(folder).parts
            paths = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
            return all(path in gone or _is_folder_or_nothing(project / path) for path in paths)

        return {folder: mode for folder, mode in self.folders.present.items() if is_free(folder)}

    def _saved(self, entry: Entry) -> File | None:
        if entry.saved is None:
            return None
        saved = self.folder / entry.saved
        mode = saved.stat().st_mode & 0o777 if entry.mode is None else entry.mode
        return File(saved.read_bytes(), mode)

    def _without_own_lines(self, entry: Entry, present: bytes | None) -> File | None:
        """Return the file without the lines that the run added and that are as it wrote them."""
        if present is None:
            return None
        own = set(self.appended[entry.path])
        lines = [line for line in present.splitlines(keepends=True) if digest(line.strip()) not in own]
        is_ours_alone = entry.saved is None and all(not line.strip() for line in lines)
        return None if is_ours_alone else File(b"".join(lines), 0o600)


def _is_folder_or_nothing(path: Path) -> bool:
    return not path.is_symlink() and (path.is_dir() or not path.exists())


def own_lines(write: Write) -> list[str]:
    """Return the digests of the lines that a write adds to a file: they may be secrets."""
    if write.file is None:
        return []
    before = set((write.before or b"").splitlines())
    return [digest(line.strip()) for line in write.file.content.splitlines() if line not in before and line.strip()]


def backups(project: Path) -> list[Backup]:
    """Return the backups of a project, oldest first."""
    refuse_links(project)
    found = []
    for record in sorted((project / STATE / "backups").glob("*/record.json")):
        entries, folders = parse_record(project, record)
        note = json.loads(record.read_text(encoding="utf-8")).get("note", {})
        found.append(Backup(record.parent.name, record.parent, tuple(entries), folders, note))
    return found


def newest_backup(project: Path) -> Backup | None:
    """Return the newest backup of an update that was not taken back."""
    updates = _standing(project)
    return updates[-1] if updates else None


def kept_files(project: Path) -> list[str]:
    """Return the files that updates dropped and a person decided to keep, relative to the project."""
    decided = [path for one in _standing(project) if not one.is_open for path in one.note.get("kept", ())]
    return sorted({path for path in decided if (project / path).is_file()})


def _standing(project: Path) -> list[Backup]:
    """Return the backups of the updates that were not taken back, oldest first."""
    known = backups(project)
    undone = {backup.note.get("of") for backup in known if backup.note.get("kind") == "undo"}
    return [one for one in known if one.note.get("kind") == "update" and one.name not in undone]


def open_backup(project: Path) -> Backup | None:
    """Return the backup of the update whose conflicts are still to be resolved, if there is one."""
    newest = newest_backup(project)
    return newest if newest is not None and newest.is_open else None
