"""What is not imported, because it takes time that nobody has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import small_project


def imported(code: str, cwd: Path, *arguments: str) -> set[str]:
    """Run code in a fresh process; return the names of the modules that it has imported."""
    told = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    done = subprocess.run(
        [sys.executable, "-c", told + code, *arguments], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode in {0, 5}, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def test_the_process_that_renders_imports_nothing_else_of_the_package(tmp_path: Path) -> None:
    ours = {name for name in imported("import dazzle_infra.rendering.worker.main", tmp_path) if "dazzle_infra." in name}
    parts = ("", *(f".worker{part}" for part in ("", ".checkout", ".copier_patches", ".git_calls", ".guard", ".main")))
    assert ours == {f"dazzle_infra.rendering{part}" for part in parts}, "the worker must start fast"


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_look_that_nobody_watches_imports_neither_colours_nor_copier(tmp_path: Path, command: str) -> None:
    found = imported("from dazzle_infra.cli import main; main()", small_project(tmp_path), command)
    assert found & {"rich", "copier", "concurrent.futures.process", "hcl2"} == set()
