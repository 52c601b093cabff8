"""The user's side of a merge: the present files of one backend."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.merging.sparse_checkout import list_files, read_left_out
from dazzle_infra.merging.store import LINK, Blob
from dazzle_infra.values.placement import ANSWERS_FILE, Place

__all__ = ["Yours", "read_blob", "read_yours"]

_LARGEST_MOVED = 1_000_000
"""The largest file, in bytes, that can be a moved file of a template; rendered files are far smaller."""

_NEVER = {".git", ".terraform", ".dazzle-infra"}


@dataclass(frozen=True)
class Yours:
    """The user's files.

    Attributes:
        files: Their content, by path.
        left_out: Files among them that are not in the work tree because of a sparse checkout; they are read from git's
            index.
    """

    files: dict[str, Blob]
    left_out: frozenset[str] = frozenset()


def read_yours(root: Path, place: Place, known: Iterable[str]) -> Yours:
    """Read the user's files.

    Args:
        root: The folder that the place is relative to.
        place: Where the backend's files are.
        known: Paths that the template has or had, relative to the place; they are read even if git ignores them.
            If one of them is missing, other files are read as well, because it may have been moved. At a shared place
            no other file is read, because other files there are not the backend's.

    Raises:
        PreconditionError: A folder of the template is a symbolic link, or a file cannot be read.
    """
    folder = root / place.directory
    wanted = sorted(set(known) - {ANSWERS_FILE})
    found: dict[str, Blob] = {}
    for path in wanted:
        _refuse_linked_folder(root, place, path)
        blob = read_blob(folder / path)
        if blob is not None:
            found[path] = blob
    if len(found) == len(wanted):
        return Yours(found)
    listed = list_files(folder)
    if not place.is_shared:
        for path in _others(folder, listed.files if listed is not None else _walked(folder)):
            if path not in found and (blob := read_blob(folder / path)) is not None:
                found[path] = blob
    skipped = listed.left_out if listed is not None else frozenset()
    may_be_moved = {path for path in skipped if not place.is_shared and _may_be_moved(path)}
    left_out = read_left_out(folder, may_be_moved | (skipped & set(wanted)))
    return Yours(found | left_out, frozenset(left_out))


def read_blob(path: Path) -> Blob | None:
    """Return a file or link as a blob, or None if the path is neither.

    Raises:
        PreconditionError: The file cannot be read.
    """
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return Blob(os.fsencode(path.readlink()), LINK)
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


def _refuse_linked_folder(root: Path, place: Place, path: str) -> None:
    here = root / place.directory
    for part in PurePosixPath(path).parts[:-1]:
        here /= part
        if here.is_symlink():
            name = here.relative_to(root).as_posix()
            raise PreconditionError(
                f"{name} is a symbolic link, and links are not followed",
                code="symlink",
                where=Where(file=name),
                hint="replace it with a folder",
            )


def _others(root: Path, paths: Iterable[str]) -> Iterator[str]:
    """Yield the paths that can be moved files of the template: small regular files."""
    for path in paths:
        file = root / path
        if _may_be_moved(path) and file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST_MOVED:
            yield path


def _may_be_moved(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return _NEVER.isdisjoint(parts) and not parts[-1].startswith(".env") and path != ANSWERS_FILE


def _walked(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _NEVER)
        here = Path(folder).relative_to(root)
        yield from ((here / name).as_posix() for name in sorted(files))
