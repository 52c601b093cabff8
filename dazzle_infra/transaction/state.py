"""The folder `.dazzle-infra` of a project: the journal, the backups and the lock.

A cloned or unpacked project may contain an untrusted one. Therefore a link in it is refused before anything is read,
written or removed.
"""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where

__all__ = [
    "STATE",
    "leftover_record",
    "next_backup_name",
    "refuse_inaccessible",
    "refuse_leftover",
    "refuse_links",
    "remove_old_backups",
    "remove_unused",
    "state_directory",
]

_KEPT = 20
"""The number of backups that are kept, newest first."""

STATE = ".dazzle-infra"
"""The name of the folder. A `.gitignore` in it makes git ignore it."""


def state_directory(project: Path) -> Path:
    """Return the folder; create it if necessary, with its `.gitignore`.

    Raises:
        PreconditionError: The path is not a folder, the folder contains a link, or it is not accessible.
    """
    folder = project / STATE
    refuse_links(project)
    refuse_inaccessible(project, os.R_OK | os.W_OK)
    folder.mkdir(mode=0o700, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return folder


def refuse_links(project: Path) -> None:
    """Raise `PreconditionError` if the path is not a folder, or the folder contains a link, a pipe or a device."""
    folder = project / STATE
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PreconditionError(
            f"{STATE} is not a folder", code="in_the_way", where=Where(file=STATE), hint=f"move {STATE} away"
        )
    refuse_inaccessible(project)
    if (strange := _first_strange(folder)) is not None:
        name = strange.relative_to(project).as_posix()
        kind = "a symbolic link" if strange.is_symlink() else "neither a file nor a folder"
        raise PreconditionError(
            f"{name} is {kind}, which dazzle-infra never creates",
            code="symlink" if strange.is_symlink() else "in_the_way",
            where=Where(file=name),
            hint=f"check its origin, then move {STATE}",
        )


def refuse_inaccessible(project: Path, mode: int = os.R_OK) -> None:
    """Raise `PreconditionError` if another user, such as root, created the folder or an entry of it."""
    folder = project / STATE
    for path in (folder, *(sorted(folder.iterdir()) if os.access(folder, os.R_OK | os.X_OK) else ())):
        wanted = mode | os.X_OK if path.is_dir() else mode
        if os.path.lexists(path) and not path.is_symlink() and not os.access(path, wanted):
            uid = path.stat().st_uid
            name = path.relative_to(project).as_posix()
            user = shlex.quote(_user(os.geteuid()))
            is_own = uid == os.geteuid()
            raise PreconditionError(
                f"{name} cannot be {'written' if mode & os.W_OK else 'read'}: "
                + ("its permissions forbid it" if is_own else f"it belongs to the user {_user(uid)}"),
                code="not_writable",
                where=Where(file=name),
                hint=f"run `chmod -R u+rwX {STATE}`" if is_own else f"run `sudo chown -R {user} {STATE}`",
            )


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _first_strange(folder: Path) -> Path | None:
    waiting = [folder] if folder.exists() else []
    while waiting:
        with os.scandir(waiting.pop()) as entries:  # it knows kinds without asking for each: backups have many files
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif not entry.is_file(follow_symlinks=False):
                    return Path(entry.path)
    return None


def remove_unused(project: Path) -> None:
    """Remove the folder if it contains only what every run creates; its lock must be held."""
    folder = project / STATE
    with suppress(OSError):
        (folder / "backups").rmdir()
    with suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {".gitignore", "lock"}:
            (folder / ".gitignore").unlink(missing_ok=True)
            (folder / "lock").unlink(missing_ok=True)
            folder.rmdir()


def next_backup_name(project: Path) -> str:
    """Return the name of the next backup."""
    refuse_links(project)
    known = _backups(project)
    return f"{int(known[-1].name) + 1 if known else 1:05d}"


def remove_old_backups(project: Path) -> None:
    """Remove all but the newest backups. The caller must hold the lock, and the newest backup must be complete."""
    for old in _backups(project)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _backups(project: Path) -> Sequence[Path]:
    numbered = (path for path in (project / STATE / "backups").glob("*") if re.fullmatch("[0-9]+", path.name))
    return sorted(numbered, key=lambda path: int(path.name))


def leftover_record(project: Path) -> Path:
    """Return the path of the journal, which exists during a run and after an interrupted one."""
    refuse_inaccessible(project)
    return project / STATE / "journal.json"


def refuse_leftover(project: Path) -> None:
    """Raise `PreconditionError` after an interrupted run: a command that only reads would report a partial state."""
    if leftover_record(project).exists():
        raise PreconditionError(
            "an earlier run was interrupted",
            code="leftover",
            where=Where(file=f"{STATE}/journal.json"),
            hint="the next command that writes restores the previous files",
        )
