"""The project's place in its repository, and the provider that the files at the top indicate."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from dazzle_infra.backends.ci.settings import Provider
from dazzle_infra.errors import UsageError
from dazzle_infra.repository.location import repository_of
from dazzle_infra.values.words import quoted

__all__ = ["provider_by_files", "root_in_repository", "top_of"]

_PATH: Final = re.compile(r"\.|[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


def top_of(project: Path) -> Path:
    """Return the top of the project's repository; the project itself where it is in none."""
    repository = repository_of(project)
    return (repository.root if repository else project).resolve()


def root_in_repository(project: Path) -> str:
    """Return the project relative to the top of its repository, POSIX.

    Raises:
        UsageError: The path has characters that patterns of the providers interpret.
    """
    path = project.resolve().relative_to(top_of(project)).as_posix()
    if not _PATH.fullmatch(path):
        raise UsageError(
            f"the project's folder in its repository, {quoted(path)}, has characters that pipelines interpret",
            hint="rename the folder: letters, digits, `.`, `_` and `-`, in parts that do not begin with `.` or `-`",
        )
    return path


def provider_by_files(project: Path) -> Provider:
    """Return GitLab if the repository has its files at the top, else GitHub."""
    top = top_of(project)
    return "gitlab" if (top / ".gitlab-ci.yml").is_file() or (top / ".gitlab").is_dir() else "github"
