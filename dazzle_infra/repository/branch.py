"""The branch and commit of the work tree, to which the records of a run belong.

git ignores `.dazzle-infra` and does not change it when another branch is checked out. Its records are only valid on the
branch on which they were written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.repository.location import repository_of
from dazzle_infra.templates.git import ask_git

__all__ = ["Head", "committed_state", "head_of", "is_on_recorded_branch"]


@dataclass(frozen=True)
class Head:
    """The state of `HEAD`.

    Attributes:
        commit: The id of the commit; None before the first commit.
        branch: The full name of the branch; None if `HEAD` is detached, as during a rebase.
    """

    commit: str | None
    branch: str | None

    def __str__(self) -> str:
        """Return it as text for messages."""
        name = self.branch.removeprefix("refs/heads/") if self.branch else "a detached HEAD"
        return f"{name} ({self.commit[:12] if self.commit else 'no commit'})"


def head_of(project: Path) -> Head | None:
    """Return the `HEAD` of the project's repository; None if there is no repository, or git is not installed."""
    status, branch = _git(project, "symbolic-ref", "--quiet", "HEAD")
    if status not in (0, 1):
        return None
    status_of_commit, commit = _git(project, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
    return Head(commit if status_of_commit == 0 else None, branch if status == 0 else None)


def is_on_recorded_branch(project: Path, recorded: Head | None, now: Head | None) -> bool:
    """Return whether the work tree is on the branch of a run, or on a descendant of its commit.

    Args:
        project: The project's root.
        recorded: The `HEAD` of the run; None if the project was in no repository.
        now: The present `HEAD`.
    """
    if recorded is None or now is None:
        return True
    if recorded.branch is not None and recorded.branch == now.branch:
        return True
    if recorded.commit is None or now.commit is None:
        return False
    if recorded.commit == now.commit:
        return True
    return _git(project, "merge-base", "--is-ancestor", recorded.commit, now.commit)[0] == 0


def committed_state(project: Path, paths: Iterable[str]) -> set[str]:
    """Return those of the project's paths that are equal to git's index: unmodified, or missing in both."""
    wanted = sorted(paths)
    repository = repository_of(project)
    if repository is None or not wanted:
        return set()
    names = {repository.name_of(path): path for path in wanted}
    specs = [f":(literal){name}" for name in names]

    def listed(option: str) -> set[str]:
        printed = repository.git("ls-files", option, "-z", "--", *specs).split(b"\0")
        return {names[name] for entry in printed if (name := entry.decode("utf-8", "surrogateescape")) in names}

    known, modified = listed("--cached"), listed("--modified")
    absent = {path for path in wanted if not (project / path).is_symlink() and not (project / path).exists()}
    return (known - modified) | (absent - known)


def _git(project: Path, *arguments: str) -> tuple[int, str]:
    done = ask_git(project, *arguments)
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape").strip()
