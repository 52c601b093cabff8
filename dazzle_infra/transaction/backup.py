"""Backups: the files that a run replaced.

Each backup is a folder in `.dazzle-infra/backups`, private to its owner, with the record of the run. The newest
one can be undone. A backup of an update with conflicts is open until they are resolved or the update is reverted.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from dazzle_infra.repository.branch import Head, is_on_recorded_branch
from dazzle_infra.transaction.files import SPECIAL
from dazzle_infra.transaction.record import Entry, Folders, Record
from dazzle_infra.transaction.relocate import Moves, new_path
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.trees import File, digest, digest_at

__all__ = ["Backup", "own_lines"]

_RESOLVED = "resolved"
"""The file in a backup whose conflicts are resolved."""


@dataclass(frozen=True)
class Backup:
    """The files that one run replaced.

    Attributes:
        name: The name; names sort by age.
        folder: The folder.
        record: The run's record. Its `note` has `kind`, `conflicts`, `kept`, `index`, `owed`, `appended`, `result`.
            A backup of kind `recovered` has the originals of files that were edited after a run was interrupted.
    """

    name: str
    folder: Path
    record: Record

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The changes of the run."""
        return self.record.entries

    @property
    def folders(self) -> Folders:
        """The folders that the run created or could remove."""
        return self.record.folders

    @property
    def note(self) -> Mapping[str, Any]:
        """Further data about the run."""
        return self.record.note

    @property
    def head(self) -> Head | None:
        """The branch and commit that the run was made on."""
        return self.record.head

    @property
    def is_open(self) -> bool:
        """Whether conflicts of that run are still to be resolved."""
        return bool(self.note.get("conflicts")) and not (self.folder / _RESOLVED).exists()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths that were left in conflict, relative to the project."""
        return tuple(self.note.get("conflicts", ()))

    @property
    def owed(self) -> Sequence[str]:
        """The entries that must still be written to git's index after the run."""
        found: Sequence[str] = self.note.get("owed", ())
        return () if (self.folder / "marked").exists() else found

    @property
    def staged(self) -> Sequence[str]:
        """The paths whose entries in git's index the run changed, relative to the top of the repository."""
        return sorted({entry.split("\t", 1)[1] for entry in self.note.get("owed", ())})

    @property
    def appended(self) -> Mapping[str, Sequence[str]]:
        """Files to which the run only added lines: the digests of those lines, by path."""
        found: Mapping[str, Sequence[str]] = self.note.get("appended", {})
        return found

    def mark(self) -> None:
        """Record that the `owed` entries were written to git's index."""
        (self.folder / "marked").touch(0o600)

    def close(self, project: Path) -> None:
        """Record that the conflicts are resolved, and the state of the files: `undo` reverts the resolution too."""
        states = {path: _state(project / path) for path in self.conflicts}
        working = self.folder / f".{_RESOLVED}"
        working.touch(0o600)
        working.write_text(json.dumps(states), encoding="utf-8")
        working.replace(self.folder / _RESOLVED)

    def is_here(self, project: Path, now: Head | None) -> bool:
        """Return whether the work tree is that of the run: on its branch, with the answers files that it wrote."""
        result: Mapping[str, str] = self.note.get("result", {})
        return is_on_recorded_branch(project, self.head, now) and all(
            text_digest(project / path) == known for path, known in result.items()
        )

    def changed_since(self, project: Path) -> list[str]:
        """Return the files whose content or mode changed after the run, or after its conflicts were resolved."""
        resolved = self._resolved()
        return sorted(
            path
            for entry in self.entries
            if (path := self.place(entry.path))
            and (_state(project / path) != resolved[path] if path in resolved else _differs(project / path, entry))
        )

    def _resolved(self) -> Mapping[str, object]:
        """Return the state of each file that was in conflict, when the conflicts were resolved; empty if unknown."""
        try:
            found = json.loads((self.folder / _RESOLVED).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def place(self, path: str) -> str:
        """Return the path of a file after the run, which may have moved its folder."""
        return new_path(self.record.moves, path)

    @property
    def moves_back(self) -> Moves:
        """The moves that revert those of the run."""
        return [(new, old) for old, new in reversed(self.record.moves)]

    def content_before(self, entry: Entry) -> bytes:
        """Return the content of a file before the run; empty if it did not exist."""
        file = self._saved(entry)
        return b"" if file is None else file.content

    def inverse(self, project: Path) -> list[Write]:
        """Return the writes that restore the files as they were before the run, whatever their present content is."""
        writes = []
        for entry in self.entries:
            target = project / self.place(entry.path)
            present = target.read_bytes() if target.is_file() else None
            if entry.path in self.appended:
                file = self._without_own_lines(entry, present)
                differs = present != (file.content if file else None)
            else:
                file, differs = self._saved(entry), digest_at(target) != entry.before
            if differs:
                writes.append(Write(self.place(entry.path), file, present, is_exact=entry.path not in self.appended))
        return writes

    def folders_before(self, project: Path, writes: Sequence[Write]) -> dict[str, int]:
        """Return the folders that existed before the run, with their permissions.

        A folder is omitted if another file has its path, and the writes do not remove that file.
        """
        gone = {write.path for write in writes if write.file is None}

        def is_free(folder: str) -> bool:
            parts = PurePosixPath(folder).parts
            paths = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
            return all(path in gone or _is_folder_or_nothing(project / path) for path in paths)

        placed = {self.place(folder): mode for folder, mode in self.folders.present.items()}
        return {folder: mode for folder, mode in placed.items() if is_free(folder)}

    def _saved(self, entry: Entry) -> File | None:
        if entry.saved is None:
            return None
        saved = self.folder / entry.saved
        mode = stat.S_IMODE(saved.stat().st_mode)
        return File(saved.read_bytes(), mode if entry.mode is None else entry.mode | mode & SPECIAL)

    def _without_own_lines(self, entry: Entry, present: bytes | None) -> File | None:
        """Return the file without the lines that the run added and that were not edited since."""
        if present is None:
            return None
        own = set(self.appended[entry.path])
        lines = [line for line in present.splitlines(keepends=True) if digest(line.strip()) not in own]
        is_ours_alone = entry.saved is None and all(not line.strip() for line in lines)
        return None if is_ours_alone else File(b"".join(lines), 0o600)


def _differs(path: Path, entry: Entry) -> bool:
    if digest_at(path) != entry.after:
        return True
    return entry.mode_after is not None and stat.S_IMODE(path.lstat().st_mode) != entry.mode_after


def _state(path: Path) -> list[object] | None:
    """Return the digest and the permissions of a file, as JSON has them; None if there is no file."""
    found = digest_at(path)
    return None if found is None else [found, stat.S_IMODE(path.lstat().st_mode)]


def _is_folder_or_nothing(path: Path) -> bool:
    return not path.is_symlink() and (path.is_dir() or not path.exists())


def own_lines(write: Write) -> list[str]:
    """Return digests of the lines that a write adds to a file; the lines themselves can be secrets."""
    if write.file is None:
        return []
    before = set((write.before or b"").splitlines())
    return [digest(line.strip()) for line in write.file.content.splitlines() if line not in before and line.strip()]


def text_digest(path: Path) -> str | None:
    """Return the digest of a text file, independent of line ends, which git may change; None if there is no file."""
    return digest(path.read_bytes().replace(b"\r\n", b"\n")) if path.is_file() and not path.is_symlink() else None
