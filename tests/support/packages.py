"""Environments with releases of packages from PyPI, kept in the user's cache folder."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.pythons import interpreters

__all__ = ["environment_with"]


def environment_with(*requirements: str, python: tuple[int, int] | None = None) -> Path:
    """Return the `bin` folder of an environment with these packages; skip the test where it cannot be made.

    Args:
        requirements: The packages, with their versions.
        python: The version of Python; by default that of the tests.
    """
    interpreter = sys.executable
    if python is not None:
        newer = [one for minor, one in interpreters().items() if minor >= python]
        if not newer:
            pytest.skip(f"no Python {'.'.join(map(str, python))} or newer was found")
        interpreter = str(newer[0].path)
    digest = hashlib.sha256("\n".join([interpreter, *requirements]).encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "dazzle-infra-tests" / f"packages-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "prepared").exists():
            shutil.rmtree(folder, ignore_errors=True)
            uv = [sys.executable, "-m", "uv"]
            for command in (
                [*uv, "venv", "--quiet", "--python", interpreter, str(folder)],
                [*uv, "pip", "install", "--quiet", "--python", str(folder / "bin/python"), *requirements],
            ):
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode != 0:
                    pytest.skip(f"{', '.join(requirements)} cannot be installed: {done.stderr.strip()[-300:]}")
            (folder / "prepared").touch()
    return folder / "bin"
