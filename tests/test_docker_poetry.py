"""The packages stage of a project of Poetry, run with Poetry itself: groups, path dependencies, and the lock."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.docker import TEMPLATE, copier_template
from tests.support.packages import environment_with
from tests.test_docker_packages import answers_of_project, below, built, python_package, repository, run, says

__all__ = ["copier_template"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("docker_poetry")]

PROJECT = """\
[tool.poetry]
package-mode = false

[tool.poetry.dependencies]
python = ">=3.11"
six = "1.16.0"
base = { path = "libs/base" }
core = { path = "libs/core", develop = true }

[tool.poetry.group.dev.dependencies]
idna = "3.10"
helpers = { path = "libs/helpers", develop = true }

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
certifi = "*"
"""
FILES = {
    "main.py": "",
    **below("libs", python_package("base", "typing-extensions")),
    **below("libs", python_package("core")),
    **below("libs", python_package("helpers")),
}
WHAT_IS_THERE = (
    "import base, core, six, importlib.util as i;"
    "print(base.NAME, core.NAME, six.__version__, [n for n in ('idna', 'helpers', 'certifi') if i.find_spec(n)])"
)


def project_at(folder: Path) -> Path:
    """Return a project that names pip's index: the API that Poetry uses by default is not on every machine."""
    shown = run(sys.executable, "-m", "pip", "install", "--help", cwd=folder)
    [index] = re.findall(r"Index\s+\(default\s+(\S+)\)", shown)
    source = f'[[tool.poetry.source]]\nname = "index"\nurl = "{index}/"\npriority = "primary"\n'
    return repository(folder / "project", {**FILES, "pyproject.toml": PROJECT + source})


@pytest.fixture(scope="module")
def poetry(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the Poetry that the Dockerfile installs, and return the variables with which a stage finds it."""
    source = (TEMPLATE / "includes/dockerfile/python_packages.jinja").read_text()
    [version] = re.findall(r"POETRY_VERSION=(\S+)", source)
    programs = environment_with(f"poetry=={version}", "pip")
    folder = tmp_path_factory.mktemp("poetry")
    path = f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "POETRY_CACHE_DIR": str(folder / "cache"), "POETRY_CONFIG_DIR": str(folder / "config")}


@pytest.mark.parametrize("has_lock", [True, False])
def test_poetry_installs_the_main_group_with_its_path_dependencies(
    copier: CopierFixture, tmp_path: Path, poetry: dict[str, str], has_lock: bool
) -> None:
    project = project_at(tmp_path)
    if has_lock:
        run("poetry", "lock", cwd=project, environment=poetry)
    answers = answers_of_project(project, "fastapi")
    assert answers.dependencies == "poetry"
    assert ("poetry.lock" in answers.package_files) == has_lock
    assert ("libs/helpers" in answers.package_folders) is not has_lock
    answers = answers.model_copy(update={"imports": ["core"], "packages": ["packaging==24.2"]})
    stages = built(copier, project, answers, tmp_path, environment=poetry)
    assert says(stages, WHAT_IS_THERE) == "base core 1.16.0 []"
    assert says(stages, "import packaging; print(packaging.__version__)") == "24.2"
    # The last stage contains the directory that the installation links to, and does not need the others.
    shutil.rmtree(stages.path("packages", "/build"))
    assert stages.path("final", "/build/libs/core/src/core/__init__.py").is_file()
    assert not stages.path("final", "/build/libs/base").exists()
    assert says(stages, "import base; print(base.NAME)") == "base"
    assert not list(stages.folder.rglob(".env"))


def test_a_lock_that_does_not_match_stops_the_build(
    copier: CopierFixture, tmp_path: Path, poetry: dict[str, str]
) -> None:
    project = project_at(tmp_path)
    run("poetry", "lock", cwd=project, environment=poetry)
    pyproject = project / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('six = "1.16.0"', 'six = "1.17.0"'))
    answers = answers_of_project(project, "fastapi").model_copy(update={"imports": ["core"], "packages": []})
    with pytest.raises(AssertionError, match=r"pyproject\.toml changed significantly since poetry\.lock"):
        built(copier, project, answers, tmp_path, environment=poetry)
