"""Detection of an answers file that is in conflict in git, so that it cannot be the base of an update."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from dazzle_infra.errors import ConflictsLeftError, Where
from dazzle_infra.templates.git import ask_git
from dazzle_infra.values.documentation import documentation
from dazzle_infra.values.placement import Place
from dazzle_infra.values.program import program

__all__ = ["refuse_unmerged"]

_OPERATIONS = {
    "MERGE_HEAD": ("merge", "git commit"),
    "rebase-merge": ("rebase", "git rebase --continue"),
    "rebase-apply": ("rebase", "git rebase --continue"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "git cherry-pick --continue"),
    "REVERT_HEAD": ("revert", "git revert --continue"),
}
"""For each file in git's folder that indicates an operation: its name, and the command that finishes it."""

_MARKER = re.compile(rb"^(?:<{7}|>{7}) ", re.MULTILINE)


def refuse_unmerged(root: Path, place: Place, *, markers: bool = True) -> None:
    """Refuse an answers file that is unmerged in git, or that was committed with conflict markers.

    Args:
        root: The folder to which the place is relative.
        place: The location of the backend's files.
        markers: Whether committed markers are refused.

    Raises:
        ConflictsLeftError: The file has conflicts; the hint states how to finish the merge.
    """
    name = place.answers
    where = Where(name, _marked_line(root / name))
    # The other files of a shared place are not the template's.
    folder = shlex.quote(name if place.is_shared else place.directory)
    if _is_unmerged(root, name):
        operation, finish = _in_progress(root)
        page = documentation("docs/updating.md")
        raise ConflictsLeftError(
            f"git {operation} in progress: {name} has conflicts",
            code="answers_unmerged",
            where=where,
            hint=f"restore one side of the folder: git restore --source=HEAD --staged --worktree {folder}; resolve the "
            f'other conflicts, finish with "{finish}", then run "{program()} update"; see {page}',
        )
    if markers and where.line is not None:
        raise ConflictsLeftError(
            f"{name} contains conflict markers of a git merge",
            code="answers_unmerged",
            where=where,
            hint="restore one side of the folder from the commits that were merged, for example "
            f'git restore --source=HEAD^ {folder}; then run "{program()} update"',
        )


def _is_unmerged(project: Path, name: str) -> bool:
    done = ask_git(project, "ls-files", "--unmerged", "-z", "--", f":(literal){name}")
    return done.returncode == 0 and bool(done.stdout)


def _in_progress(project: Path) -> tuple[str, str]:
    done = ask_git(project, "rev-parse", "--absolute-git-dir")
    folder = Path(done.stdout.decode("utf-8", "surrogateescape").rstrip("\n"))
    return next((known for name, known in _OPERATIONS.items() if (folder / name).exists()), ("merge", "git commit"))


def _marked_line(path: Path) -> int | None:
    """Return the number of the first line with a conflict marker, from 1; None if there is none."""
    content = path.read_bytes() if path.is_file() else b""
    found = _MARKER.search(content)
    return content[: found.start()].count(b"\n") + 1 if found else None
