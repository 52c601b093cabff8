"""The guard of the process that renders: on any Python it lets git start, and stops everything else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.guard_attacks import ALLOWED, ATTACKS, GIT_ATTACKS

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """Return what became of every entry, after a look at what all of them together left behind."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "own").mkdir()
    (folder / "own/out").symlink_to(folder)
    (folder / "own/git-link").symlink_to("/bin/sh")
    (folder / "own/git").write_text("#!/bin/sh\n")
    (folder / "own/git").chmod(0o755)
    (folder / "canary.yml").write_text("secret\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.guard_attacks", folder],
        cwd=ROOT,
        env={**os.environ, "GIT_ALLOW_PROTOCOL": "file"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["canary.yml", "own"]
    assert (folder / "canary.yml").read_text() == "secret\n"
    found: dict[str, str | None] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("entry", ALLOWED)
def test_what_a_render_needs_is_allowed(told: dict[str, str | None], entry: str) -> None:
    assert told[entry] is None


@pytest.mark.parametrize("entry", ATTACKS)
def test_an_attack_from_inside_is_refused(told: dict[str, str | None], entry: str) -> None:
    message = told[entry]
    assert message is not None
    assert message.endswith(("is not allowed", "is outside the template", "is a git directory"))


@pytest.mark.parametrize("entry", GIT_ATTACKS)
def test_a_call_of_git_that_could_run_programs_is_refused(told: dict[str, str | None], entry: str) -> None:
    message = told[entry]
    assert message is not None
    assert message.startswith("running git with ")
