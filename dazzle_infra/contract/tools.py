"""Checks of rendered files by the tools of a backend, if they are on PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.backends.file_checks import FileCheck
from dazzle_infra.contract.findings import Finding, Result, result
from dazzle_infra.values.trees import Tree

__all__ = ["ask_tools"]

_SECONDS = 300
_SHOWN = 5
"""Limit of printed lines of a tool's output."""


def ask_tools(
    checks: Sequence[FileCheck], trees: Mapping[str, Tree], secrets: Mapping[str, Sequence[str]]
) -> list[Result]:
    """Run the checks of a backend on the rendered samples.

    Args:
        checks: The checks.
        trees: The rendered files, by the sample's name.
        secrets: Names of the secrets that each sample's files read from `.env`.
    """
    with TemporaryDirectory() as folder:
        roots = {name: _written(Path(folder) / name, tree, secrets.get(name, ())) for name, tree in trees.items()}
        return [_checked(check, roots) for check in checks]


def _checked(check: FileCheck, roots: Mapping[str, Path]) -> Result:
    command = _command(check)
    if command is None:
        names = " or ".join(" ".join(one) for one in check.commands)
        return Result(check.name, "skipped", f"{names} is not on PATH")
    found, count = [], 0
    for sample, root in roots.items():
        steps = check.steps(root)
        count += bool(steps)
        for step in steps:
            done = _run((*command, *step.arguments), step.folder, step.variables)
            if done.returncode == 0:
                continue
            if step.unavailable is not None and step.unavailable.search(_last(done)):
                return Result(check.name, "skipped", f"what it needs is not available: {_last(done)}")
            where = f"{sample}: {step.place}" if step.place else sample
            found.append(_said(f"{step.what or ' '.join((*command, *step.arguments))} fails", where, done))
            break
    return result(check.name, f"{count} samples", found) if count else Result(check.name, "skipped", check.nothing)


def _command(check: FileCheck) -> tuple[str, ...] | None:
    """Return the command that runs the tool, or None if it is not installed."""
    for command in check.commands:
        if shutil.which(command[0]) and (not check.probe or _run((*command, *check.probe), Path.cwd()).returncode == 0):
            return command
    return None


def _said(message: str, where: str, done: subprocess.CompletedProcess[str]) -> Finding:
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return Finding(message, where, " | ".join(lines[:_SHOWN]))


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip("│╷╵ ") for line in (done.stderr or done.stdout).splitlines()]
    return next((line for line in lines if line.startswith("Error")), f"exit {done.returncode}")


def _written(root: Path, tree: Tree, secrets: Sequence[str]) -> Path:
    """Write a rendered sample, with the `.env` that dazzle-infra would create."""
    for path, file in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(file.content)
        (root / path).chmod(file.mode)
    (root / ".env").write_text("".join(f"{name}=0f0f0f0f0f0f0f0f\n" for name in secrets), encoding="utf-8")
    return root


def _run(
    command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a tool without those of the user's variables that would affect it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COMPOSE_", "TF_VAR_", "AWS_"))}
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env={**own, **(more or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))
