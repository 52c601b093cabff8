"""Earlier contents of an answers file, from the history of the repository and from the backups."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.templates.answers_file import ANSWERS_FILE, Recorded, read_recorded
from dazzle_infra.templates.git import ask_git
from dazzle_infra.transaction.backup_list import backups

__all__ = ["backed_up_answers", "committed_answers", "parse_answers"]

_TRIED_REVISIONS = 200


def committed_answers(path: Path) -> Iterator[bytes]:
    """Yield each content of an answers file in the history of `HEAD`, newest first."""

    def git(*arguments: str) -> bytes:
        done = ask_git(path.parent, *arguments)
        return done.stdout if done.returncode == 0 else b""

    for revision in git("log", f"-{_TRIED_REVISIONS}", "--format=%H", "--", path.name).decode().split():
        yield git("show", f"{revision}:./{path.name}")


def backed_up_answers(project: Path, name: str) -> Iterator[bytes]:
    """Yield each content of an answers file that a run replaced, newest first; `name` is relative to the project."""
    for backup in reversed(backups(project)):
        for entry in backup.entries:
            if entry.path == name and (content := backup.content_before(entry)):
                yield content


def parse_answers(content: bytes) -> Recorded | None:
    """Parse the content of an answers file; return None if it is invalid or was edited by hand."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ANSWERS_FILE
        path.write_bytes(content)
        try:
            recorded = read_recorded(path, path.name)
        except DazzleInfraError:
            return None
    return None if recorded.is_intact is False else recorded
