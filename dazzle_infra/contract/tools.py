"""What the tools say that people use: Compose, Terraform and hadolint, where they are on PATH."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.contract.findings import Finding, Result, result
from dazzle_infra.engine import Tree

__all__ = ["ask_tools"]

_SECONDS = 300
_SHOWN = 5
"""Lines of a tool's that are printed; the rest is to be had by running it."""


_UNREACHABLE = re.compile(r"^exit|registry|plugin|Failed to (?:download|install|query|resolve)", re.IGNORECASE)
"""What `terraform init` says where it is the network's fault and not the template's; nothing, where it was ended."""


@dataclass(frozen=True)
class _Tool:
    """One thing to ask.

    Attributes:
        name: What it is called in the report.
        commands: Ways to run it; the first whose program is there and works is taken.
        probe: Arguments that must succeed for that.
        asks: Says what to run for a rendered folder: arguments, and the folder to run them in.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    probe: str
    asks: Callable[[Path], Sequence[tuple[tuple[str, ...], Path]]]

    def command(self) -> tuple[str, ...] | None:
        """Return how to run it, or None where it is not there."""
        for command in self.commands:
            if shutil.which(command[0]) and _run((*command, self.probe), Path.cwd()).returncode == 0:
                return command
        return None


def _compose(root: Path) -> list[tuple[tuple[str, ...], Path]]:
    return [(("--project-directory", ".", "--profile", "*", "config", "--quiet"), root)]


def _formatted(root: Path) -> list[tuple[tuple[str, ...], Path]]:
    return [(("fmt", "-check", "-recursive", "-no-color"), root)]


def _dockerfile(root: Path) -> list[tuple[tuple[str, ...], Path]]:
    return [(("--no-color", "--failure-threshold", "warning", "Dockerfile"), root)] if _has(root, "Dockerfile") else []


def _has(root: Path, name: str) -> bool:
    return (root / name).is_file()


_TOOLS: Mapping[str, tuple[_Tool, ...]] = {
    "docker": (
        _Tool("docker compose config", (("docker", "compose"), ("docker-compose",)), "version", _compose),
        _Tool("hadolint", (("hadolint",),), "--version", _dockerfile),
    ),
    "terraform": (_Tool("terraform fmt", (("terraform",), ("tofu",)), "version", _formatted),),
}


def ask_tools(backend: str, trees: Mapping[str, Tree], secrets: Mapping[str, Sequence[str]]) -> list[Result]:
    """Ask every tool of a backend about the rendered samples.

    Args:
        backend: The backend.
        trees: What was rendered, by the sample's name.
        secrets: The secrets that each sample's files read from `.env`.
    """
    results = []
    with TemporaryDirectory() as folder:
        roots = {name: _written(Path(folder) / name, tree, secrets.get(name, ())) for name, tree in trees.items()}
        for tool in _TOOLS.get(backend, ()):
            command = tool.command()
            if command is None:
                names = " or ".join(" ".join(one) for one in tool.commands)
                results.append(Result(tool.name, "skipped", f"{names} is not on PATH"))
                continue
            found = [one for name, root in roots.items() for one in _ask(command, tool, name, root)]
            results.append(result(tool.name, f"{len(roots)} samples", found))
        if backend == "terraform":
            results.append(_validated(roots, Path(folder) / "plugins"))
    return results


def _ask(command: tuple[str, ...], tool: _Tool, name: str, root: Path) -> list[Finding]:
    found = []
    for arguments, folder in tool.asks(root):
        done = _run((*command, *arguments), folder)
        if done.returncode != 0:
            found.append(_said(f"{' '.join((*command, *arguments))} fails", name, done))
    return found


def _validated(roots: Mapping[str, Path], plugins: Path) -> Result:
    """Run `terraform validate`, which needs the providers, in one environment of each sample."""
    name = "terraform validate"
    program = shutil.which("terraform") or shutil.which("tofu")
    if program is None:
        return Result(name, "skipped", "terraform or tofu is not on PATH")
    plugins.mkdir()
    found, count, environment = [], 0, {"TF_PLUGIN_CACHE_DIR": str(plugins)}
    for sample, root in roots.items():
        for folder in sorted((root / "envs").glob("*"))[:1]:
            started = _run((program, "init", "-backend=false", "-input=false", "-no-color"), folder, environment)
            if started.returncode != 0 and _UNREACHABLE.search(_last(started)):
                return Result(name, "skipped", f"its providers are not to be had: {_last(started)}")
            count += 1
            if started.returncode != 0:
                found.append(_said("terraform init fails", f"{sample}: envs/{folder.name}", started))
                continue
            done = _run((program, "validate", "-no-color"), folder, environment)
            if done.returncode != 0:
                found.append(_said("terraform validate fails", f"{sample}: envs/{folder.name}", done))
    return result(name, f"{count} samples", found) if count else Result(name, "skipped", "nothing is rendered in envs/")


def _said(message: str, where: str, done: subprocess.CompletedProcess[str]) -> Finding:
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return Finding(message, where, " | ".join(lines[:_SHOWN]))


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip("│╷╵ ") for line in (done.stderr or done.stdout).splitlines()]
    return next((line for line in lines if line.startswith("Error")), f"exit {done.returncode}")


def _written(root: Path, tree: Tree, secrets: Sequence[str]) -> Path:
    """Write a rendered sample, and the `.env` that dazzle-infra makes beside it."""
    for path, file in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(file.content)
        (root / path).chmod(file.mode)
    (root / ".env").write_text("".join(f"{name}=0f0f0f0f0f0f0f0f\n" for name in secrets), encoding="utf-8")
    return root


def _run(
    command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a tool without the variables of this shell that it would take up."""
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
