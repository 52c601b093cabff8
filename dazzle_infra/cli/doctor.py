"""`doctor`: what is there, and what each absence means."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra import __version__
from dazzle_infra.appspec.command import find_command
from dazzle_infra.appspec.distribution import MINIMUM, in_process_version, is_too_old
from dazzle_infra.cli.app import Options
from dazzle_infra.cli.output import Output
from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.manifest import read_manifest
from dazzle_infra.templates import git_version
from dazzle_infra.templates.git import MINIMUM_GIT

__all__ = ["run_doctor"]

_SECONDS = 10
_COMPOSE = (2, 24)
"""`env_file` that may be missing came with 2.24."""

_TERRAFORM = (1, 11)


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


def run_doctor(options: Options) -> None:
    """Look, and print; the exit status is 0 whatever is missing, for only some commands need it."""
    output = Output(as_json=options.as_json, plain=options.plain)
    findings = [
        Finding("dazzle-infra", __version__),
        _script(),
        _git(),
        *_docker(),
        _terraform(),
        _dazzle(options.project),
        _remote_helper(),
    ]
    for finding in findings:
        mark = ("ok     ", "green") if finding.found and not finding.meaning else ("note   ", "yellow")
        output.line("  ", mark, f"{finding.name:<24}", finding.found or "missing")
        if finding.meaning:
            output.line(" " * 11, (finding.meaning, "dim"))
    output.document({"findings": [vars(finding) for finding in findings]})


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


def _text(version: tuple[int, ...] | None) -> str | None:
    return ".".join(str(part) for part in version) if version else None


def _script() -> Finding:
    """Say whose `dazzle` stands first on the PATH: of two packages with one script, the last installed wins."""
    path = shutil.which("dazzle")
    if path is None:
        return Finding("dazzle (script)", None, "`dazzle infra` is not on PATH; use `dazzle-infra`")
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")[:2000]
    except OSError:
        text = ""
    if "dazzle_infra" in text:
        return Finding("dazzle (script)", f"{path} (dazzle-infra's, which holds `infra`)")
    return Finding(
        "dazzle (script)",
        f"{path} (dazzle-dsl's)",
        "it was installed after dazzle-infra and has no `infra`; use `dazzle-infra`, or install dazzle-infra again",
    )


def _git() -> Finding:
    version = git_version()
    wanted = ".".join(str(part) for part in MINIMUM_GIT)
    if version is None or version < MINIMUM_GIT:
        return Finding("git", _text(version), f"git {wanted} or newer is needed to render templates")
    return Finding("git", _text(version))


def _docker() -> list[Finding]:
    client = _version_of("docker", "--version")
    if client is None:
        return [Finding("docker", None, "files are made without it; it is needed to run infra/docker")]
    compose = _version_of("docker", "compose", "version", "--short")
    engine = _version_of("docker", "version", "--format", "{{.Server.Version}}")
    old = compose is None or compose < _COMPOSE
    wanted = ".".join(str(part) for part in _COMPOSE)
    return [
        Finding("docker", _text(client)),
        Finding("docker compose", _text(compose), f"compose {wanted} or newer runs infra/docker" if old else ""),
        Finding("docker engine", _text(engine), "" if engine else "no engine answers; start one to run infra/docker"),
    ]


def _terraform() -> Finding:
    for name in ("terraform", "tofu"):
        version = _version_of(name, "version")
        if version is not None:
            old = version < _TERRAFORM
            wanted = ".".join(str(part) for part in _TERRAFORM)
            return Finding(name, _text(version), f"{wanted} or newer is needed for infra/terraform" if old else "")
    return Finding("terraform", None, "files are made without it; terraform or tofu is needed to apply infra/terraform")


def _dazzle(project: Path) -> Finding:
    """Say which Dazzle would read the model: the one that the loader finds."""
    try:
        configured = read_manifest(project).infra.dazzle
    except DazzleInfraError:
        configured = None
    version = in_process_version() if configured is None else None
    if version is not None:
        old = f"dazzle-dsl {MINIMUM} or newer is needed to read the model" if is_too_old(version) else ""
        return Finding("dazzle-dsl", f"{version} (in this environment)", old)
    try:
        command = find_command(project, configured, os.environ)
    except DazzleInfraError as error:
        return Finding("dazzle-dsl", None, f"{error.message}: {error.hint}")
    return Finding("dazzle-dsl", f"{command.version or 'unknown version'} ({command.path})")


def _remote_helper() -> Finding:
    path = shutil.which("git-remote-dazzle-infra")
    if path is None:
        return Finding(
            "git-remote-dazzle-infra", None, "plain git and Copier cannot read dazzle-infra:// until it is on PATH"
        )
    return Finding("git-remote-dazzle-infra", path)
