"""Renders with and without the patches of Copier's private functions, and a look at which of the two it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.support.cli import run_cli
from tests.support.trees import build_tree, read_tree

__all__ = ["claimed", "rendered_tree"]


def claimed(folder: Path, package: str, version: str) -> dict[str, str]:
    """Return an environment in which a package claims to be another version than it is."""
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    build_tree(folder, {f"{package}-{version}.dist-info/METADATA": metadata.encode()})
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}


def rendered_tree(
    project: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> tuple[dict[str, bytes], bool]:
    """Run a command that renders, with a `git` that keeps a log.

    Returns:
        The rendered files, without the secrets of `.env`; and whether Copier was patched, which then does not clone.
    """
    log, git = project.with_name("git-log"), shutil.which("git")
    log.unlink(missing_ok=True)
    script = f'#!/bin/sh\nprintf "%s\\n" "$*" >>"{log}"\nexec "{git}" "$@"\n'
    wrapper = build_tree(project.with_name("bin"), {"git": script.encode()}) / "git"
    wrapper.chmod(0o755)
    path = os.pathsep.join([str(wrapper.parent), os.environ["PATH"]])
    ran = run_cli(*arguments, cwd=project, environment={**(environment or {}), "PATH": path})
    assert ran.status == 0, ran.err
    tree = {name: content for name, content in read_tree(project / "infra").items() if not name.endswith("/.env")}
    shutil.rmtree(project / "infra")
    return tree, "clone --mirror" not in log.read_text()
