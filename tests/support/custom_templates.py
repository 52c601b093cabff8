"""Templates that are rendered from the vocabulary alone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dazzle_infra.backends.common_answers import answers_for
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates import questions_of, resolve_template
from tests.support.releases import git

__all__ = ["committed", "rendered"]

_TEMPLATES = Path(__file__).parents[1] / "templates"


def committed(name: str, folder: Path) -> Path:
    """Return a repository in `folder` with one release of the template `tests/templates/NAME`."""
    shutil.copytree(_TEMPLATES / name, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first release")
    git(folder, "tag", "v1.0.0")
    return folder


def rendered(repository: Path, vocabulary: Mapping[str, object]) -> dict[str, str]:
    """Return what the newest release of a template makes of a vocabulary: texts by path."""
    template = resolve_template("custom", str(repository), None, None)
    answers = answers_for(questions_of(template), vocabulary)
    [[tree]] = render_all([[RenderJob(template, answers)]])
    return {path: file.content.decode() for path, file in tree.items()}
