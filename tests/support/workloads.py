"""Workloads of projects that are built in a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dazzle_infra.backends import Application
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.workload.model import Workload
from tests.support.cli import small_project
from tests.support.releases import WITH_MAIL
from tests.support.runtimes import package, pyproject
from tests.support.trees import build_tree

__all__ = ["BUSY", "RUNTIMES", "application", "workload"]

BUSY: dict[str, Any] = {
    **WITH_MAIL,
    "integrations": [{"name": "pager", "base_url": "https://pager.example", "auth": {"auth_type": "api_key"}}],
    "schedules": [
        {"name": "nightly_run", "cron": "0 3 * * *", "timezone": "Europe/Berlin"},
        {"name": "poll", "interval_seconds": 300},
    ],
}
"""A model with mail, an integration and two schedules."""

RUNTIMES: dict[str, dict[str, str]] = {
    "dazzle": {},
    "django": {"pyproject.toml": pyproject("django"), "manage.py": ""},
    "express": {"package.json": package("express"), "server.js": ""},
    "fastapi": {"pyproject.toml": pyproject("fastapi"), "alembic.ini": "", "main.py": ""},
    "react": {"package.json": package("react", scripts={"build": "vite build"})},
}
"""The files of a project of each runtime."""


def application(
    folder: Path, model: Mapping[str, Any] = BUSY, manifest: str = "", files: Mapping[str, str] | None = None
) -> Application:
    """Return a project with that model, those lines of `[infra]` and those files."""
    small_project(folder, f'[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n{manifest}', model)
    return load(Options(project=build_tree(folder, files or {})))[0]


def workload(
    folder: Path, model: Mapping[str, Any] = BUSY, manifest: str = "", files: Mapping[str, str] | None = None
) -> Workload:
    """Return the workload of such a project."""
    return application(folder, model, manifest, files).workload
