"""The record that makes a run all or nothing: written before the first change, removed after the last.

Its folder is `.dazzle-infra/` at the project's root. Whatever ends a run, be it a full disk or `kill -9`, the next
command that writes finds the record and puts back what was there before.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from dazzle_infra.engine.trees import digest
from dazzle_infra.errors import PreconditionError, Where

__all__ = ["STATE", "Entry", "Journal", "leftover", "move", "refuse_leftover", "state_directory", "sync_directory"]

STATE = ".dazzle-infra"
"""Our own folder in the project; ignored by git through a .gitignore of its own."""

_JOURNAL = "journal.json"
_STAGING = "staging"
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes:
        path: The file, POSIX, relative to the project.
        staged: Name of the new content in the staging folder.
        after: Digest of the new content.
        before: Digest of the present content; None where there is no file.
        saved: Name of the present content in the staging folder; None where there is no file.
    """

    path: str
    staged: str
    after: str
    before: str | None = None
    saved: str | None = None


def state_directory(project: Path) -> Path:
    """Return our folder in the project, made if need be, with the file that makes git ignore it.

    Raises:
        PreconditionError: Something else has its name.
    """
    folder = project / STATE
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PreconditionError(
            f"{STATE} is not a folder", code="in_the_way", where=Where(file=STATE), hint=f"move {STATE} away"
        )
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def leftover(project: Path) -> bool:
    """Say whether a run was cut off and has not been cleared up."""
    return (project / STATE / _JOURNAL).exists()


def refuse_leftover(project: Path) -> None:
    """Raise `PreconditionError` where a run was cut off: what only reads would report half a state."""
    if leftover(project):
        raise PreconditionError(
            "an earlier run was cut off before it was done",
            code="leftover",
            where=Where(file=f"{STATE}/{_JOURNAL}"),
            hint="run the command again without --dry-run; it puts back what was there before",
        )


def sync_directory(folder: Path) -> None:
    """Make the names in the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move(source: Path, target: Path) -> None:
    """Rename `source` to `target`, replacing it; across file systems by a copy beside the target."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f".{target.name}.dazzle-infra")
        shutil.copy2(source, beside)
        beside.replace(target)
        source.unlink()


class Journal:
    """The record of one run, and its staging folder."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.state = state_directory(project)
        self.staging = self.state / _STAGING
        self._file = self.state / _JOURNAL

    def write(self, entries: Sequence[Entry], folders: Sequence[str]) -> None:
        """Make the record durable; from here on a run that is cut off is rolled back.

        Args:
            entries: The changes, in their order.
            folders: Folders that the run makes, outermost first.
        """
        record = {"format": _FORMAT, "entries": [asdict(entry) for entry in entries], "folders": list(folders)}
        working = self._file.with_suffix(".new")
        with working.open("w", encoding="utf-8") as stream:
            json.dump(record, stream)
            stream.flush()
            os.fsync(stream.fileno())
        working.replace(self._file)
        sync_directory(self.state)

    def finish(self) -> None:
        """Forget the record: what it describes is done, or undone."""
        self._file.unlink(missing_ok=True)
        sync_directory(self.state)
        shutil.rmtree(self.staging, ignore_errors=True)

    def roll_back(self) -> list[str]:
        """Put back what the record describes, if there is one.

        Returns:
            Files that somebody has changed since, which are left alone.
        """
        if not self._file.exists():
            shutil.rmtree(self.staging, ignore_errors=True)
            return []
        try:
            record = json.loads(self._file.read_text(encoding="utf-8"))
            entries = [Entry(**entry) for entry in record["entries"]]
            folders = [str(folder) for folder in record["folders"]]
        except (ValueError, KeyError, TypeError) as error:
            raise PreconditionError(
                "the record of a run that was cut off cannot be read",
                code="leftover",
                where=Where(file=f"{STATE}/{_JOURNAL}"),
                hint=f"look at the project with `git status`, then remove {STATE}",
            ) from error
        kept = [entry.path for entry in reversed(entries) if not self._undo(entry)]
        for folder in reversed(folders):
            with suppress(OSError):
                (self.project / folder).rmdir()
        self.finish()
        return kept

    def _undo(self, entry: Entry) -> bool:
        """Undo one change; return False where the file is neither what was there nor what was written."""
        target = self.project / entry.path
        present = digest(target.read_bytes()) if target.is_file() else None
        if present == entry.before:
            return True
        if present != entry.after:
            return False
        if entry.saved is None:
            target.unlink()
        else:
            move(self.staging / entry.saved, target)
        sync_directory(target.parent)
        return True
