"""Conflicts in git's own index, so that `git status`, `git mergetool` and editors see them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.engine.changes import Stages
from dazzle_infra.engine.store import Blob
from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.templates.git import fetching_environment

__all__ = [
    "Repository",
    "change_index",
    "index_entries",
    "repository_of",
    "restored_entries",
    "unmerged",
    "unmerged_entries",
]


@dataclass(frozen=True)
class Repository:
    """The repository that a project is in.

    Attributes:
        root: Its top folder.
        prefix: The project's path in it, POSIX, with a slash at its end; empty where they are the same.
    """

    root: Path
    prefix: str

    def git(self, *arguments: str, data: bytes | None = None) -> bytes:
        """Run git there, with the user's configuration: it is the user's index."""
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            input=data,
            env=fetching_environment(),
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise PreconditionError(
                f"git {arguments[0]} failed: {lines[0] if lines else done.returncode}",
                code="git_failed",
                hint="make `git status` work here, then run the command again",
            )
        return done.stdout

    def store(self, name: str, blob: Blob) -> str:
        """Store a blob as git would at `git add`, so that a checkout gives back the same bytes; return its id."""
        filters = ["--no-filters"] if blob.mode == "120000" else ["--path", name]
        arguments = ["-c", "core.safecrlf=false", "hash-object", "-w", *filters, "--stdin"]
        return self.git(*arguments, data=blob.content).decode().strip()

    def refuse_busy(self) -> None:
        """Raise `PreconditionError` where another git process changes the index, or one was killed."""
        lock = Path(self.git("rev-parse", "--path-format=absolute", "--git-path", "index.lock").decode().strip("\n"))
        if lock.exists():
            raise PreconditionError(
                "another git process holds the index of this repository",
                code="index_locked",
                where=Where(file=str(lock)),
                hint="wait until it is done; remove the file if no git is running",
            )

    def null(self) -> str:
        """Return the id that means no object; repositories differ in the length of ids."""
        return "0" * len(self.git("hash-object", "--stdin", data=b"").strip())


def repository_of(project: Path) -> Repository | None:
    """Return the repository with a work tree that the project is in, or None."""
    done = subprocess.run(
        ["git", "-C", str(project), "rev-parse", "--show-toplevel", "--show-prefix"],
        env=fetching_environment(),
        capture_output=True,
        check=False,
    )
    lines = done.stdout.decode("utf-8", "surrogateescape").split("\n")
    return Repository(Path(lines[0]), lines[1]) if done.returncode == 0 and lines[0] else None


def index_entries(repository: Repository, paths: Iterable[str]) -> list[str]:
    """Return what the index has for paths of the project, in the form that `restored_entries` takes."""
    wanted = [f":(literal){repository.prefix}{path}" for path in paths]
    printed = repository.git("ls-files", "--stage", "-z", "--", *wanted) if wanted else b""
    return [entry.decode("utf-8", "surrogateescape") for entry in printed.split(b"\0") if entry]


def unmerged_entries(repository: Repository, conflicts: Mapping[str, Stages]) -> list[str]:
    """Store the three sides of each conflict; return the index entries that make it unmerged, for `change_index`."""
    lines, null = [], repository.null()
    for path, stages in conflicts.items():
        name = f"{repository.prefix}{path}"
        lines.append(f"0 {null}\t{name}")
        for number, blob in enumerate((stages.base, stages.yours, stages.theirs), start=1):
            if blob is not None:
                stored = repository.store(name, blob)
                lines.append(f"{blob.mode} {stored} {number}\t{name}")
    return lines


def restored_entries(repository: Repository, paths: Sequence[str], entries: Iterable[str]) -> list[str]:
    """Return what gives paths of the project the index entries that they had, for `change_index`."""
    null = repository.null() if paths else ""
    return [*(f"0 {null}\t{repository.prefix}{path}" for path in paths), *entries]


def unmerged(repository: Repository, paths: Iterable[str]) -> list[str]:
    """Return those of the project's paths that the index has as unmerged."""
    wanted = [f":(literal){repository.prefix}{path}" for path in paths]
    printed = repository.git("ls-files", "--unmerged", "-z", "--", *wanted) if wanted else b""
    names = {entry.split(b"\t", 1)[1].decode("utf-8", "surrogateescape") for entry in printed.split(b"\0") if entry}
    return sorted(name.removeprefix(repository.prefix) for name in names)


def change_index(repository: Repository, entries: Sequence[str]) -> None:
    """Put entries into the index, in the form of `git update-index --index-info`; an id of zeros removes one."""
    if entries:
        data = b"".join(entry.encode("utf-8", "surrogateescape") + b"\0" for entry in entries)
        repository.git("update-index", "-z", "--index-info", data=data)
