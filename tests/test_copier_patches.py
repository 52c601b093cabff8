"""Copier's private functions are patched only in releases for which the tests compare the bytes of renders."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.rendering.worker.copier_patches import TESTED, are_tested
from dazzle_infra.templates import resolve_template
from scripts.pythons import LIBRARIES
from tests.support.cli import small_project
from tests.support.hostile import hostile_template
from tests.support.plain import claimed, rendered_tree


def test_each_patched_release_is_installed_for_one_of_the_pythons_of_the_tests() -> None:
    assert set(LIBRARIES.values()) == TESTED


# `tests/pythons/checks.py` does the same with another release of Copier for a large application, on every Python.
@pytest.mark.parametrize(
    ("package", "untested"), [pytest.param("copier", "9.19.99", marks=pytest.mark.slow), ("jinja2", "3.1.99")]
)
def test_an_untested_release_is_not_patched_and_renders_the_same_bytes(
    tmp_path: Path, package: str, untested: str
) -> None:
    if not are_tested():
        pytest.skip(f"Copier {version('copier')} with Jinja {version('jinja2')} is not in the list of tested releases")
    project = small_project(tmp_path / "project")
    patched, is_patched = rendered_tree(project, "docker")
    plain, is_plain_patched = rendered_tree(
        project, "docker", environment=claimed(tmp_path / "site", package, untested)
    )
    assert (is_patched, is_plain_patched) == (True, False)
    assert patched == plain


def test_a_loop_in_the_name_of_a_file_makes_a_file_for_each_entry(tmp_path: Path) -> None:
    name = "template/{% yield one from names %}{{ one }}{% endyield %}.txt.jinja"
    questions = "_subdirectory: template\nnames: {type: yaml, default: []}\n"
    repository = hostile_template(tmp_path, {"copier.yml": questions, name: "Hello {{ one }}.\n"})
    template = resolve_template("x", str(repository), None, None)
    [[tree]] = render_all([[RenderJob(template, {"names": ["a", "b", "c"]})]])
    files = {path: file.content.decode() for path, file in tree.items() if path.endswith(".txt")}
    assert files == {f"{one}.txt": f"Hello {one}.\n" for one in ("a", "b", "c")}
