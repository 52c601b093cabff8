"""Checkov for tests: what it finds in a folder, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

__all__ = ["checked", "reports"]

ROOT = Path(__file__).parents[2]


@cache
def _command() -> str | None:
    own = ROOT / ".venv-checkov" / "bin" / "checkov"
    return str(own) if own.is_file() else shutil.which("checkov")


def checked(directory: Path, framework: str = "terraform") -> dict[str, Any]:
    """Return Checkov's report about a folder, or skip the test where there is no Checkov."""
    [report] = reports(directory, framework)
    return report


def reports(directory: Path, *frameworks: str) -> list[dict[str, Any]]:
    """Return Checkov's reports about a folder, one for each framework that has one, or skip the test without Checkov.

    The configuration of the person and of the folder has no say: only comments in the code skip a check.

    Args:
        directory: The folder.
        frameworks: What Checkov looks for.
    """
    command = _command()
    if command is None:
        pytest.skip("no checkov in .venv-checkov (`make test-slow` installs it) or on PATH")
    options = ("--framework", *frameworks, "--output", "json", "--compact", "--skip-download")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CKV_", "BC_", "CHECKOV"))}
    done = subprocess.run(
        [command, "--directory", str(directory), *options],
        cwd=directory,
        env={**environment, "HOME": str(directory), "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] | list[dict[str, Any]] = json.loads(done.stdout)
    return found if isinstance(found, list) else [found]
