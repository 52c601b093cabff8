"""The user's side of a merge: the files of one backend's directory as they are now."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from dazzle_infra.engine.recorded import ANSWERS_FILE
from dazzle_infra.engine.store import Blob
from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.templates.git import fetching_environment

__all__ = ["read_blob", "read_yours"]

_LARGEST_MOVED = 1_000_000
"""Bytes; a template's own files are far smaller, so that a larger one cannot be one that was moved."""

_NEVER = {".git", ".terraform", ".dazzle-infra"}


def read_yours(project: Path, directory: str, known: Iterable[str]) -> dict[str, Blob]:
    """Read the user's files.

    Args:
        project: The project's root.
        directory: The backend's directory, POSIX, relative to the project.
        known: Paths that the template has or had, relative to the directory; they count whether git ignores them or
            not. Where one of them is gone, other files are read as well: it may have been moved.

    Raises:
        PreconditionError: A symbolic link stands where the template has a folder, or a file cannot be read.
    """
    root = project / directory
    wanted = sorted(set(known) - {ANSWERS_FILE})
    found: dict[str, Blob] = {}
    for path in wanted:
        _refuse_linked_folder(root, directory, path)
        blob = read_blob(root / path)
        if blob is not None:
            found[path] = blob
    if len(found) < len(wanted):
        for path in _others(root):
            if path not in found and path != ANSWERS_FILE and (blob := read_blob(root / path)) is not None:
                found[path] = blob
    return found


def read_blob(path: Path) -> Blob | None:
    """Return the file as git knows it, or None where there is none; a link is its target's name."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return Blob(os.fsencode(path.readlink()), "120000")
        if not stat.S_ISREG(mode):
            return None
        return Blob(path.read_bytes(), "100755" if mode & 0o100 else "100644")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise PreconditionError(
            f"{path.name} cannot be read: {error.strerror}",
            code="unreadable",
            where=Where(file=str(path)),
            hint="change its permissions and run the command again",
        ) from error


def _refuse_linked_folder(root: Path, directory: str, path: str) -> None:
    here = root
    for part in PurePosixPath(path).parts[:-1]:
        here /= part
        if here.is_symlink():
            name = f"{directory}/{here.relative_to(root).as_posix()}"
            raise PreconditionError(
                f"{name} is a symbolic link, and links are not followed",
                code="symlink",
                where=Where(file=name),
                hint="replace it by a folder",
            )


def _others(root: Path) -> Iterator[str]:
    """Yield the other files that may be the template's, moved: small, and not ignored by git where there is git."""
    listed = _listed_by_git(root)
    for path in listed if listed is not None else _walked(root):
        parts = PurePosixPath(path).parts
        if _NEVER.isdisjoint(parts) and not parts[-1].startswith(".env"):
            file = root / path
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST_MOVED:
                yield path


def _listed_by_git(root: Path) -> list[str] | None:
    """Return what git tracks or does not ignore below `root`, or None where there is no repository."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        env=fetching_environment(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        return None
    return sorted({os.fsdecode(name) for name in done.stdout.split(b"\0") if name})


def _walked(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _NEVER)
        here = Path(folder).relative_to(root)
        yield from ((here / name).as_posix() for name in sorted(files))
