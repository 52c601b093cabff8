"""The tools that run what is made: which are there, and what each absence means."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dazzle_infra.cli.output import Output

__all__ = ["Finding", "print_findings", "tools_of", "version_text"]

_SECONDS: Final = 10
_COMPOSE: Final = (2, 24)
"""`env_file` that may be missing came with 2.24."""

_TERRAFORM: Final = (1, 11)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's.

    Attributes:
        name: What was looked for.
        found: Its version or place; None where it is missing or not usable.
        meaning: What that means; empty where all is well.
    """

    name: str
    found: str | None
    meaning: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be said of it."""
        return self.found is not None and not self.meaning


def tools_of(backend: str) -> list[Finding]:
    """Look for the tools that run what a backend makes; a backend of somebody else's has none that are known."""
    return _TOOLS[backend]() if backend in _TOOLS else []


def print_findings(output: Output, findings: Sequence[Finding]) -> None:
    """Print a line for each, and what it means where something is missing."""
    for finding in findings:
        mark = ("ok     ", "green") if finding.is_well else ("note   ", "yellow")
        output.line("  ", mark, f"{finding.name:<24}", finding.found or "missing")
        if finding.meaning:
            output.line(" " * 11, (finding.meaning, "dim"))


def version_text(version: tuple[int, ...] | None) -> str | None:
    """Write a version, or None."""
    return ".".join(str(part) for part in version) if version else None


def _docker() -> list[Finding]:
    client, wanted = _version_of("docker", "--version"), ".".join(str(part) for part in _COMPOSE)
    if client is None:
        return [
            Finding(
                "docker",
                None,
                f"files are made without it; compose {wanted} and a running engine are needed to run infra/docker",
            )
        ]
    compose = _version_of("docker", "compose", "version", "--short")
    engine = _version_of("docker", "version", "--format", "{{.Server.Version}}")
    old = compose is None or compose < _COMPOSE
    return [
        Finding("docker", version_text(client)),
        Finding("docker compose", version_text(compose), f"compose {wanted} or newer runs infra/docker" if old else ""),
        Finding(
            "docker engine", version_text(engine), "" if engine else "no engine answers; start one to run infra/docker"
        ),
    ]


def _terraform() -> list[Finding]:
    for name in ("terraform", "tofu"):
        version = _version_of(name, "version")
        if version is not None:
            old = version < _TERRAFORM
            wanted = ".".join(str(part) for part in _TERRAFORM)
            return [
                Finding(name, version_text(version), f"{wanted} or newer is needed for infra/terraform" if old else "")
            ]
    return [
        Finding("terraform", None, "files are made without it; terraform or tofu is needed to apply infra/terraform")
    ]


def _version_of(*command: str) -> tuple[int, ...] | None:
    """Return the first version number that the command prints, or None where it cannot be run."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", done.stdout)
    return tuple(int(part) for part in found.groups(default="0")) if found and done.returncode == 0 else None


_TOOLS: Final[Mapping[str, Callable[[], list[Finding]]]] = {"docker": _docker, "terraform": _terraform}
