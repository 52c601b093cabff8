"""The programs that check the files of the Compose stack."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.backends.file_checks import FileCheck, Step

__all__ = ["FILE_CHECKS"]


def _compose(root: Path) -> list[Step]:
    return [Step(("--project-directory", ".", "--profile", "*", "config", "--quiet"), root)]


def _hadolint(root: Path) -> list[Step]:
    if not (root / "Dockerfile").is_file():
        return []
    return [Step(("--no-color", "--failure-threshold", "warning", "Dockerfile"), root)]


FILE_CHECKS = (
    FileCheck("docker compose config", (("docker", "compose"), ("docker-compose",)), ("version",), _compose),
    FileCheck("hadolint", (("hadolint",),), ("--version",), _hadolint),
)
