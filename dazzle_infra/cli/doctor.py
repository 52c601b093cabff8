"""`doctor`: what is there, and what each absence means."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dazzle_infra import __version__
from dazzle_infra.appspec.command import find_command
from dazzle_infra.appspec.distribution import MINIMUM, in_process_version, is_too_old
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.cli.tools import Finding, print_findings, tools_of, version_text
from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.manifest import read_manifest
from dazzle_infra.templates import git_version
from dazzle_infra.templates.git import MINIMUM_GIT

__all__ = ["run_doctor"]


def run_doctor(options: Options) -> None:
    """Look, and print; the exit status is 0 whatever is missing, for only some commands need it."""
    output = output_of(options)
    findings = [
        Finding("dazzle-infra", __version__),
        _script(),
        _git(),
        *tools_of("docker"),
        *tools_of("terraform"),
        _dazzle(options.project),
        _remote_helper(),
    ]
    print_findings(output, findings)
    output.document({"findings": [vars(finding) for finding in findings]})


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
        return Finding("git", version_text(version), f"git {wanted} or newer is needed to render templates")
    return Finding("git", version_text(version))


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
