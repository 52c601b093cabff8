"""Projects of other runtimes than Dazzle's, by what their files declare."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.backend import DockerBackend
from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.backends.terraform.backend import TerraformBackend
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from tests.support.cli import small_project
from tests.support.releases import WITH_MAIL
from tests.support.trees import build_tree

__all__ = ["answered", "package", "pyproject"]

_BUSY = {**WITH_MAIL, "integrations": [{"name": "pager", "base_url": "https://pager.example"}]}


def pyproject(*dependencies: str, more: str = "") -> str:
    return f'[project]\nname = "x"\ndependencies = {json.dumps(dependencies)}\n{more}'


def package(*dependencies: str, **more: object) -> str:
    return json.dumps({"dependencies": dict.fromkeys(dependencies, "*"), **more})


def answered(
    project: Path, manifest: str = "", files: Mapping[str, str] | None = None
) -> tuple[DockerAnswers, TerraformAnswers]:
    """Return what both backends answer for a project with that manifest and those files."""
    small_project(project, f'[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n{manifest}', _BUSY)
    application, _ = load(Options(project=build_tree(project, files or {})))
    return DockerBackend().answers(application), TerraformBackend().answers(application)
