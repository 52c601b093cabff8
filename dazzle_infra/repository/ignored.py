"""Files that git ignores, so that they are not committed and are missing in other checkouts.

Without git, and outside of a repository, nothing is ignored; none of these functions fails.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.repository.location import repository_of
from dazzle_infra.templates.git import ask_git
from dazzle_infra.values.placement import Place

__all__ = ["IgnoreRule", "by_rule", "ignored", "never_committed"]


@dataclass(frozen=True)
class IgnoreRule:
    """The line that makes git ignore a file.

    Attributes:
        file: The file with the pattern, relative to the project; absolute for the user's own file.
        line: The line in it, from 1.
        pattern: The pattern.
    """

    file: str
    line: int
    pattern: str

    def __str__(self) -> str:
        """Return it as `file:line "pattern"`."""
        return f'{self.file}:{self.line} "{self.pattern}"'


def ignored(project: Path, directory: str, paths: Iterable[str]) -> dict[str, IgnoreRule]:
    """Return those of the paths that git ignores and does not track, each with the rule that applies.

    Args:
        project: The project's root.
        directory: A folder, POSIX, relative to the project; it need not exist.
        paths: Files, POSIX, relative to that folder; they need not exist.
    """
    # git does not look beyond symbolic links; this is the folder's name as the repository knows it.
    folder = Path(os.path.realpath(project / directory))
    asked = {(folder / path).as_posix(): path for path in paths}
    here = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    try:
        repository = repository_of(here)
    except OSError:
        return {}
    if repository is None or not asked:
        return {}
    names = {os.path.relpath(full, here): path for full, path in asked.items()}
    printed = _git(here, "check-ignore", "--verbose", "-z", "--stdin", data="\0".join(names)).split("\0")
    rules: dict[str, IgnoreRule] = {}
    for source, line, pattern, name in zip(printed[::4], printed[1::4], printed[2::4], printed[3::4], strict=False):
        if not pattern.startswith("!") and name in names:
            rules[names[name]] = IgnoreRule(_name(source, repository.root, project), int(line), pattern)
    return rules


def never_committed(root: Path, place: Place, paths: Iterable[str]) -> dict[str, IgnoreRule]:
    """Return those of a backend's missing files that git ignores and that no commit has: a clone never had them.

    If the answers file is in no commit either, the directory is not from git, so the files were deleted by the user.

    Args:
        root: The folder that the place is relative to.
        place: Where the backend's files are.
        paths: Missing files, POSIX, relative to the place.
    """
    rules = ignored(root, place.directory, paths)
    if not rules:
        return {}
    committed = _committed(Path(os.path.realpath(root / place.directory)), {*rules, place.answers_file})
    if place.answers_file not in committed:
        return {}
    return {path: rule for path, rule in rules.items() if path not in committed}


def _committed(folder: Path, paths: Set[str]) -> Set[str]:
    """Return those of the paths that a commit of the current history has changed."""
    wanted = [f":(literal){path}" for path in sorted(paths)]
    printed = _git(folder, "log", "--format=", "--name-only", "--relative", "-z", "HEAD", "--", *wanted)
    return {name.strip("\n") for name in printed.split("\0")}


def _git(folder: Path, *arguments: str, data: str = "") -> str:
    """Run git in a folder; return its standard output, or an empty text if it fails."""
    done = ask_git(folder, *arguments, data=os.fsencode(data))
    return os.fsdecode(done.stdout) if done.returncode == 0 else ""


def _name(source: str, root: Path, project: Path) -> str:
    return source if Path(source).is_absolute() else os.path.relpath(root / source, project)


def by_rule(rules: Mapping[str, IgnoreRule]) -> dict[IgnoreRule, list[str]]:
    """Group paths by the rule that applies to them."""
    grouped: dict[IgnoreRule, list[str]] = {}
    for path, rule in sorted(rules.items()):
        grouped.setdefault(rule, []).append(path)
    return grouped
