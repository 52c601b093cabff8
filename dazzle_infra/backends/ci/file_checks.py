"""The programs that check the files of the pipelines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dazzle_infra.backends.file_checks import FileCheck, Step

__all__ = ["FILE_CHECKS"]


def _workflows(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in sorted((root / ".github/workflows").glob("*.yml"))]


def _actionlint(root: Path) -> list[Step]:
    # Without a repository it finds no project; paths name the files.
    return [Step((*_workflows(root),), root)] if _workflows(root) else []


def _zizmor(root: Path) -> list[Step]:
    return [Step(("--offline", "--quiet", "--no-progress", ".github"), root)] if _workflows(root) else []


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
