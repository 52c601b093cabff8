"""The programs that check the files of the pipelines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from dazzle_infra.backends.file_checks import FileCheck, Step

__all__ = ["FILE_CHECKS"]


_IGNORED: Final = (
    # A deployment has a group for each environment: with one for all, an approval would hold up a build.
    'workflow has no "concurrency:"',
    # Only builds of the branch write the cache that they read.
    "restores a cache although the job pushes",
    # The version of a store is that of the model; the label of a runner may be one's own.
    "is pinned by a tag",
    "label .* is unknown",
)
"""Messages of actionlint, and of jactionlint, which has further rules."""


def _workflows(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted((root / ".github/workflows").glob("*.yml"))]


def _actionlint(root: Path) -> list[Step]:
    ignored = [word for message in _IGNORED for word in ("--ignore", message)]
    return [Step((*ignored, *_workflows(root)), root)] if _workflows(root) else []


def _zizmor(root: Path) -> list[Step]:
    options = ("--offline", "--quiet", "--no-progress", "--min-severity", "medium")
    return [Step((*options, ".github"), root)] if _workflows(root) else []


def _schema(name: str, files: Callable[[Path], Sequence[str]]) -> Callable[[Path], list[Step]]:
    return lambda root: [Step(("--builtin-schema", name, *files(root)), root)] if files(root) else []


def _gitlab(root: Path) -> list[str]:
    paths = [*root.glob(".gitlab-ci.yml"), *sorted(root.glob(".gitlab/ci/*/*.yml"))]
    return [path.relative_to(root).as_posix() for path in paths]


FILE_CHECKS = (
    FileCheck("actionlint", (("actionlint",), ("jactionlint",)), (), _actionlint),
    FileCheck("zizmor", (("zizmor",),), ("--version",), _zizmor),
    FileCheck(
        *("schema of GitHub", (("check-jsonschema",),), ("--version",), _schema("vendor.github-workflows", _workflows))
    ),
    FileCheck("schema of GitLab", (("check-jsonschema",),), ("--version",), _schema("vendor.gitlab-ci", _gitlab)),
)
