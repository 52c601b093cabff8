"""Every CPython of the machine renders, updates, and withstands the attacks; `make pythons` prepares them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from dazzle_infra.values.interpreter import TESTED
from scripts.pythons import environment_of, interpreters

ROOT = Path(__file__).parents[1]
FOUND = interpreters()
NAMES = {".".join(map(str, minor)): minor for minor in sorted({*TESTED, *FOUND})}


def run_checks(folder: Path, name: str, marked: str) -> None:
    """Run the checks in the environment of a Python, or skip where there is none."""
    interpreter = FOUND.get(NAMES[name])
    if interpreter is None:
        pytest.skip(f"no CPython {name} on PATH or among the versions of pyenv")
    environment = environment_of(interpreter)
    if not (environment / "prepared").exists():
        pytest.skip(f"no environment for {interpreter.path}: run `make pythons`")
    options = ["-q", "-p", "no:cacheprovider", f"--basetemp={folder / 'base'}", "-m", marked]
    done = subprocess.run(
        [environment / "bin/python", "-m", "pytest", *options, "tests/test_guard.py", "tests/pythons/checks.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed(, \d+ deselected)? in", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_render_update_and_attacks(tmp_path: Path, name: str) -> None:
    run_checks(tmp_path, name, "not slow")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_large_application_renders_the_same_bytes_with_and_without_patches(tmp_path: Path, name: str) -> None:
    run_checks(tmp_path, name, "slow")
