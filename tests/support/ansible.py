"""Ansible and its linter for tests: from the project's own environment, or from PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

__all__ = ["ansible", "ansible_environment", "ansible_tool"]

ROOT = Path(__file__).parents[2]


@cache
def _tool(name: str) -> str | None:
    own = ROOT / ".venv-ansible" / "bin" / name
    return str(own) if own.is_file() else shutil.which(name)


def ansible_tool(name: str) -> str:
    """Return where a program of Ansible is; skip the test where it is nowhere."""
    found = _tool(name)
    if found is None:
        pytest.skip(f"no {name} in .venv-ansible (`make test-slow` installs it) or on PATH")
    return found


def ansible_environment(home: Path) -> dict[str, str]:
    """Return variables for Ansible in which the configuration of the person has no say."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "XDG_"))}
    path = str(Path(ansible_tool("ansible-playbook")).parent)
    return {
        **kept,
        "PATH": f"{path}:{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "ANSIBLE_NOCOLOR": "1",
    }


def ansible(name: str, *arguments: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a program of Ansible in a rendered folder, and return what it said."""
    return subprocess.run(
        [ansible_tool(name), *arguments],
        cwd=cwd,
        env=ansible_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
