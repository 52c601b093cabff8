"""A failure of Python or of a library while a embedded template is rendered is an internal error."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.cli import run_cli, small_project
from tests.support.trees import build_tree, read_tree

BROKEN = {
    "a library that is broken": ("copier/__init__.py", "raise ImportError('libfoo.so: cannot open')\n", "libfoo.so"),
    "a library that the guard stops": (
        "jinja2_ansible_filters/__init__.py",
        "import os\nos.system('true')\n",
        "the operation os.system is not allowed",
    ),
    "a library that raises": (
        "jinja2_ansible_filters/__init__.py",
        "raise TypeError('no such thing')\n",
        "no such thing",
    ),
}


SLOW = {"a library that raises"}
"""What the test of `--debug` breaks in the same way."""


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        pytest.param(*broken, id=name, marks=[pytest.mark.slow] if name in SLOW else [])
        for name, broken in BROKEN.items()
    ],
)
def test_a_broken_library_is_an_internal_error_that_names_the_versions(
    tmp_path: Path, path: str, code: str, words: str
) -> None:
    project = small_project(tmp_path / "project")
    site = build_tree(tmp_path / "site", {path: code.encode()})
    before = read_tree(project)
    ran = run_cli("docker", cwd=project, environment={"PYTHONPATH": str(site)})
    assert ran.status == 1
    assert ran.err.startswith("error: internal error of dazzle-infra: the embedded template docker ")
    assert words in ran.err
    assert f"Python {platform.python_version()}, Copier {version('copier')}, Jinja {version('jinja2')}" in ran.err
    assert "--debug" in ran.err
    assert "mistake" not in ran.err
    assert "Traceback" not in ran.err
    assert read_tree(project) == before


def test_debug_prints_where_the_render_failed(tmp_path: Path) -> None:
    project = small_project(tmp_path / "project")
    site = build_tree(tmp_path / "site", {"jinja2_ansible_filters/__init__.py": b"raise TypeError('no such thing')\n"})
    ran = run_cli("docker", "--debug", cwd=project, environment={"PYTHONPATH": str(site)})
    assert "jinja2_ansible_filters/__init__.py" in ran.err
    assert "TypeError: no such thing" in ran.err
