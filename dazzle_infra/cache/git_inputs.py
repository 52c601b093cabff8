"""The files that read-only git commands read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from dazzle_infra.cache.inputs import CONTENT, FOLDER, LISTING, STATUS, Input

__all__ = ["git_inputs"]

_ANYWHERE = frozenset({"ls-files", "rev-parse", "symbolic-ref"})
_IN_BARE = frozenset({"cat-file", "describe", "for-each-ref", "merge-base", "rev-parse", "show-ref"})
_INDEX = frozenset({"--cached", "--stage", "--unmerged", "-t", "-z"})
"""Options of `ls-files` with which it reads the index alone."""

_OTHERS = frozenset({"--others", "--exclude-standard"})
"""Options of `ls-files` with which it looks into the folders of the work tree."""

_NOT_SEARCHED = frozenset({".git", ".terraform", ".venv", "__pycache__", "node_modules", "venv"})
"""Folders of other tools, which every repository ignores."""

_MOST_FOLDERS = 3000
_EXCLUDES = re.compile(r"^\s*excludesfile\s*=\s*\"?([^\"\n]+)", re.IGNORECASE | re.MULTILINE)


def git_inputs(command: Sequence[str], folder: Path) -> set[Input] | None:
    """Return the files that a git command reads, except immutable objects; None if unknown, or if it is not git.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
    """
    program, *words = command
    if Path(program).name != "git":
        return None
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option == "--version":
            return set()
        if option == "-C" and words:
            folder = folder / words.pop(0)
        elif option != "--literal-pathspecs":
            return None
    name, arguments = (words[0], words[1:]) if words else ("", [])
    if _is_bare(folder):
        return set(_of_references(folder)) if name in _IN_BARE else None
    if name not in _ANYWHERE:
        return None
    found = {*_of_user(), *_of_work_tree(folder)}
    options = {word for word in arguments if word.startswith("-") and word != "--"} if name == "ls-files" else set()
    if options & _OTHERS:
        searched = _of_search(folder, found)
        found = found | searched if searched is not None else set()
    return found if found and options <= _INDEX | _OTHERS else None


def _is_bare(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("HEAD", "objects", "refs"))


def _of_references(repository: Path) -> Iterator[Input]:
    for name in ("HEAD", "packed-refs"):
        yield CONTENT, str(repository / name)
    for place, _, files in os.walk(repository / "refs"):
        yield LISTING, place
        for name in files:
            yield CONTENT, str(Path(place) / name)


def _of_user() -> Iterator[Input]:
    named = os.environ.get("XDG_CONFIG_HOME")
    settings = Path(named) if named else Path("~/.config").expanduser()
    for path in (Path("/etc/gitconfig"), settings / "git" / "config", Path("~/.gitconfig").expanduser()):
        yield CONTENT, str(path)
    for variable in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        if (path_of := os.environ.get(variable)) and path_of != os.devnull:
            yield CONTENT, str(Path(path_of).absolute())


def _of_search(folder: Path, known: set[Input]) -> set[Input] | None:
    """Return the folders and ignore rules that determine the untracked files; None if there are too many folders.

    Args:
        folder: Where git searches.
        known: The other files that it reads, including its configuration.
    """
    found: set[Input] = set()
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in _NOT_SEARCHED]
        found.add((FOLDER, place))
        if ".gitignore" in files:
            found.add((CONTENT, str(Path(place, ".gitignore"))))
        if len(found) > _MOST_FOLDERS:
            return None
    found |= {(CONTENT, str(place / ".gitignore")) for place in folder.parents}
    for kind, path in known:
        if kind == CONTENT and path.endswith("config") and Path(path).is_file():
            found.add((CONTENT, str(Path(path).parent / "info" / "exclude")))
            found.add((CONTENT, str(Path(path).parent / "ignore")))
            text = Path(path).read_text(encoding="utf-8", errors="replace")
            found |= {(CONTENT, str(Path(one.strip()).expanduser())) for one in _EXCLUDES.findall(text)}
    return found


def _of_work_tree(folder: Path) -> Iterator[Input]:
    """Yield the paths at which git searches for the repository, and its index and present commit."""
    for place in (folder, *folder.parents):
        found = place / ".git"
        yield STATUS, str(found)
        if found.is_file():
            yield CONTENT, str(found)
            yield from _of_repository(place / found.read_text(encoding="utf-8").removeprefix("gitdir:").strip())
        elif found.is_dir():
            yield from _of_repository(found)
        else:
            continue
        return


def _of_repository(repository: Path) -> Iterator[Input]:
    common = repository
    yield CONTENT, str(repository / "commondir")
    if (repository / "commondir").is_file():
        common = repository / (repository / "commondir").read_text(encoding="utf-8").strip()
    for path in (repository / "index", common / "packed-refs", common / "reftable" / "tables.list"):
        yield STATUS, str(path)
    for path in (repository / "HEAD", repository / "config.worktree", common / "config"):
        yield CONTENT, str(path)
    head = repository / "HEAD"
    if head.is_file() and (text := head.read_text(encoding="utf-8")).startswith("ref: "):
        yield CONTENT, str(common / text.removeprefix("ref: ").strip())
