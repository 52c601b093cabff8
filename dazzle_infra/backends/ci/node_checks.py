"""How a Node project is installed and checked on a runner."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.ci.records import Check
from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.packages.node import node_root

__all__ = ["node_checks"]

_NO_TESTS = "no test specified"
"""What the script `test` of `npm init` prints before it fails (docs.npmjs.com, "npm-init")."""


def node_checks(application: Application, declared: Declared) -> tuple[tuple[str, ...], tuple[Check, ...]]:
    """Return the commands that install a Node project, and its checks.

    Args:
        application: The application.
        declared: What its files declare.
    """
    kind = application.files.dependencies
    manager = kind if kind in ("pnpm", "yarn") else "npm"
    scripts = [name for name in ("lint", "test") if declared.script(name) and _NO_TESTS not in declared.script(name)]
    checks = tuple(Check(name=name, command=f"{manager} run {name}") for name in scripts)
    return tuple(_install(application.project, kind, application.files.package_manager)), checks


def _install(project: Path, kind: str, version: str) -> Iterator[str]:
    if version:
        # Yarn 2 and later are published under another name (yarnpkg.com, "Installation").
        named = version if version.startswith("yarn@1.") else version.replace("yarn@", "@yarnpkg/cli-dist@")
        yield f"npm install --global --force {shlex.quote(named)}"
    frozen = "--frozen-lockfile" if version.startswith("yarn@1.") else "--immutable"
    commands = {"npm": "npm ci", "pnpm": "pnpm install --frozen-lockfile", "yarn": f"yarn install {frozen}"}
    root = os.path.relpath(node_root(project, kind), project.resolve()).replace(os.sep, "/")
    command = commands.get(kind, "npm install")
    yield command if root == "." else f"(cd {shlex.quote(root)} && {command})"
