"""How the project is installed and checked on a runner, by what its own files say."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.ci.node_checks import node_checks
from dazzle_infra.backends.ci.python_checks import python_checks
from dazzle_infra.backends.ci.records import Check
from dazzle_infra.project.packages.declared import read_declared

__all__ = ["Checking", "checking_of"]

_TEST: Final = re.compile(r"(?:test_\w+|\w+_test|tests)\.py")
"""Files that pytest collects by default (docs.pytest.org, "Conventions for Python test discovery"), and Django's."""

_LEFT_OUT: Final = frozenset({"node_modules", "venv", "env", "build", "dist", "site-packages", "__pycache__"})
_DEEPEST: Final = 6


@dataclass(frozen=True)
class Checking:
    """What was found.

    Attributes:
        install: Shell commands that install the project with its development tools.
        checks: What is checked, in order.
    """

    install: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


def checking_of(application: Application) -> Checking:
    """Return how the project is installed and checked; a tool that it does not declare is not used."""
    declared = read_declared(application.project)
    if application.manifest.runtime.record.language.name == "node":
        install, checks = node_checks(application, declared)
    else:
        install, checks = python_checks(application, declared, has_tests=_has_tests(application.project))
    # Without a check, nothing needs the installation.
    return Checking(install, checks) if checks else Checking()


def _has_tests(project: Path) -> bool:
    """Say whether a file of the project has the name of a file of tests."""
    for folder, folders, files in os.walk(project):
        depth = len(Path(folder).relative_to(project).parts)
        folders[:] = (
            []
            if depth >= _DEEPEST
            else sorted(name for name in folders if not name.startswith(".") and name not in _LEFT_OUT)
        )
        if any(_TEST.fullmatch(name) for name in files):
            return True
    return False
