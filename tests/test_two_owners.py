"""Two backends that generate one file are refused, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dazzle_infra.backends import Backend, Placement, register_backend
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import git
from tests.support.trees import build_tree, read_tree

MODULE = "of the module tests.test_two_owners"
SHARED = f"the backend lint {MODULE} and the backend pages {MODULE}"


def template(folder: Path, name: str, path: str) -> Path:
    """Return a repository with a release that has an own file, and one that has the file of another too."""
    repository = build_tree(
        folder / name,
        {
            "copier.yml": "_subdirectory: template\n",
            "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}",
            f"template/{name}.yml": "on: push\n",
        },
    )
    git(repository, "init", "--quiet")
    for version, more in (("v1.0.0", f"{name}.txt"), ("v1.1.0", path)):
        build_tree(repository, {f"template/{more}": "on: pull_request\n"})
        git(repository, "add", "--all")
        git(repository, "commit", "--quiet", "--message", version)
        git(repository, "tag", version)
    return repository


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """Return a project of two backends whose newest releases share a file, but for the case of its name."""

    class Lint(Backend):
        name, summary, placement = "lint", "a pipeline", Placement.FILES
        template = str(template(tmp_path, "lint", "ci.yml"))

    class Pages(Backend):
        name, summary, placement = "pages", "a pipeline", Placement.FILES
        template = str(template(tmp_path, "pages", "CI.yml"))

    Lint.__module__ = Pages.__module__ = "tests.test_two_owners"
    folder = small_project(tmp_path / "desk", f'{MANIFEST}backends = ["lint", "pages"]\n')
    git(folder, "init", "--quiet")
    with register_backend(Lint), register_backend(Pages):
        yield folder


def pin(project: Path, version: str) -> None:
    text = (project / "dazzle.toml").read_text().partition("\n[infra.lint]")[0]
    refs = "".join(f'\n[infra.{name}]\nref = "{version}"\n' for name in ("lint", "pages"))
    (project / "dazzle.toml").write_text(text + refs)


def test_the_first_run_is_refused(project: Path) -> None:
    before = read_tree(project)
    refused = run_here("all", "--json", cwd=project)
    assert (refused.status, refused.json["code"]) == (1, "two_owners")
    assert refused.json["message"] == f"{SHARED} both generate CI.yml"
    assert read_tree(project) == before


def test_an_update_is_refused(project: Path) -> None:
    pin(project, "v1.0.0")
    assert run_here("all", cwd=project).status == 0
    pin(project, "v1.1.0")
    before = read_tree(project)
    refused = run_here("update", "--json", cwd=project)
    assert (refused.status, refused.json["code"]) == (1, "two_owners")
    assert SHARED in refused.json["message"]
    assert read_tree(project) == before
    assert run_here("update", "lint", cwd=project).status == 0
