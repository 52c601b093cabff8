"""The repository that a project is in, and git commands in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.templates.git import ask_git

__all__ = ["Repository", "repository_of"]


@dataclass(frozen=True)
class Repository:
    """The repository that a project is in.

    Attributes:
        root: Its top folder.
        project: The project's root.
    """

    root: Path
    project: Path

    def name_of(self, path: str) -> str:
        """Return the name in git of a path of the project, with the links in its folders resolved."""
        folder, _, name = path.rpartition("/")
        real = os.path.relpath(os.path.realpath(self.project / folder), os.path.realpath(self.root))
        return PurePosixPath(real, name).as_posix()

    def git(self, *arguments: str, data: bytes = b"") -> bytes:
        """Run git at the root with the user's configuration, and return its standard output.

        Raises:
            PreconditionError: The command failed.
        """
        done = ask_git(self.root, *arguments, data=data)
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            if any("filter" in line for line in lines):
                raise _filter_failed(arguments, lines)
            raise PreconditionError(
                f"git {arguments[0]} failed: {lines[0] if lines else done.returncode}",
                code="git_failed",
                hint="make `git status` work here, then run the command again",
            )
        return done.stdout

    def store(self, name: str, content: bytes, *, is_link: bool = False) -> str:
        """Store a blob with the filters of `git add`, so that a checkout writes the same bytes; return its id."""
        filters = ["--no-filters"] if is_link else ["--path", name]
        arguments = ["-c", "core.safecrlf=false", "hash-object", "-w", *filters, "--stdin"]
        return self.git(*arguments, data=content).decode().strip()

    def refuse_busy(self) -> None:
        """Raise `PreconditionError` if the index is locked, by another git process or by one that was killed."""
        lock = Path(self.git("rev-parse", "--path-format=absolute", "--git-path", "index.lock").decode().strip("\n"))
        if lock.exists():
            raise PreconditionError(
                "another git process has locked the index of this repository",
                code="index_locked",
                where=Where(file=str(lock)),
                hint="wait until it finishes; remove the file if no git process is running",
            )

    def null(self) -> str:
        """Return the id of no object: zeros, as many as the repository's ids have characters."""
        return "0" * len(self.git("hash-object", "--stdin", data=b"").strip())


def _filter_failed(arguments: Sequence[str], lines: Sequence[str]) -> PreconditionError:
    path = arguments[arguments.index("--path") + 1] if "--path" in arguments else None
    said = next(line for line in lines if "filter" in line)
    return PreconditionError(
        f"git's clean filter{f' for {path}' if path else ''} failed: {said.removeprefix('error: ')}",
        code="filter_failed",
        where=Where(file=path),
        hint=f"repair or remove the filter: git check-attr filter {path or ''}".rstrip(),
    )


def repository_of(project: Path) -> Repository | None:
    """Return the repository with a work tree that the project is in, or None."""
    done = ask_git(project, "rev-parse", "--show-toplevel")
    root = os.fsdecode(done.stdout).removesuffix("\n")
    return Repository(Path(root), project) if done.returncode == 0 and root else None
