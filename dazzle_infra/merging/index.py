"""Conflicts in git's index, where `git status`, `git mergetool` and editors find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dazzle_infra.merging.changes import Stages
from dazzle_infra.repository.location import Repository

__all__ = [
    "change_index",
    "index_entries",
    "restored_entries",
    "unmerged",
    "unmerged_entries",
]


def index_entries(repository: Repository, paths: Iterable[str]) -> list[str]:
    """Return the index entries for paths of the project, in the form that `restored_entries` accepts."""
    wanted = [f":(literal){repository.name_of(path)}" for path in paths]
    printed = repository.git("ls-files", "--stage", "-z", "--", *wanted) if wanted else b""
    return [entry.decode("utf-8", "surrogateescape") for entry in printed.split(b"\0") if entry]


def unmerged_entries(repository: Repository, conflicts: Mapping[str, Stages]) -> list[str]:
    """Store the three sides of each conflict in the repository; return its unmerged entries, for `change_index`."""
    lines, null = [], repository.null()
    for path, stages in conflicts.items():
        name = repository.name_of(path)
        lines.append(f"0 {null}\t{name}")
        for number, blob in enumerate((stages.base, stages.yours, stages.theirs), start=1):
            if blob is not None:
                stored = repository.store(name, blob.content, is_link=blob.is_link)
                lines.append(f"{blob.mode} {stored} {number}\t{name}")
    return lines


def restored_entries(repository: Repository, paths: Sequence[str], entries: Iterable[str]) -> list[str]:
    """Return the entries that restore earlier index entries of paths of the project, for `change_index`."""
    null = repository.null() if paths else ""
    return [*(f"0 {null}\t{repository.name_of(path)}" for path in paths), *entries]


def unmerged(repository: Repository, paths: Iterable[str]) -> list[str]:
    """Return those of the project's paths that are unmerged in the index."""
    names = {repository.name_of(path): path for path in paths}
    wanted = [f":(literal){name}" for name in names]
    printed = repository.git("ls-files", "--unmerged", "-z", "--", *wanted) if wanted else b""
    found = {entry.split(b"\t", 1)[1].decode("utf-8", "surrogateescape") for entry in printed.split(b"\0") if entry}
    return sorted(path for name, path in names.items() if name in found)


def change_index(repository: Repository, entries: Sequence[str]) -> None:
    """Write entries to the index, in the form of `git update-index --index-info`; an id of zeros removes an entry."""
    if entries:
        data = b"".join(entry.encode("utf-8", "surrogateescape") + b"\0" for entry in entries)
        repository.git("update-index", "-z", "--index-info", data=data)
