"""The work of `doctor`: a check of the installed tools."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from dazzle_infra import __version__
from dazzle_infra.appspec.command import find_command
from dazzle_infra.appspec.distribution import MINIMUM, in_process_version, is_too_old
from dazzle_infra.backends import Backend, backend_tables, backends
from dazzle_infra.backends.registry import backends_of, unusable_backends
from dazzle_infra.backends.tools import Tool, version_text
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.cli.scripts import find_script
from dazzle_infra.cli.tools import print_tools
from dazzle_infra.errors import DazzleInfraError, ExitCode
from dazzle_infra.operations.hook_runs import unusable_hooks
from dazzle_infra.operations.location import location_in
from dazzle_infra.plugins.calls import PluginError
from dazzle_infra.project.manifest import Manifest, find_project, read_manifest
from dazzle_infra.templates import git_version
from dazzle_infra.templates.answers_file import read_recorded
from dazzle_infra.templates.git import MINIMUM_GIT

__all__ = ["run_doctor"]


def run_doctor(options: Options) -> int:
    """Print the tools; return 5 if git is missing, which all commands need that generate or update files.

    Some commands, or the generated files, need the other tools; the exit status is 0 without them.
    """
    output = output_of(options)
    project = _project(options.project)
    findings = [
        Tool("dazzle-infra", __version__),
        find_script(),
        _git(),
        *(tool for one in backends() for tool in _tools(one)),
        *_packages(),
        _dazzle(project),
        *_outside(project),
        _remote_helper(),
    ]
    print_tools(output, findings)
    is_usable = all(finding.is_well or not finding.is_required for finding in findings)
    output.document({"ok": is_usable, "findings": [vars(finding) for finding in findings]})
    return ExitCode.OK if is_usable else ExitCode.PRECONDITION


def _project(folder: Path) -> Path:
    try:
        return find_project(folder.resolve()) or folder
    except DazzleInfraError:
        return folder


def _git() -> Tool:
    version = git_version()
    wanted = ".".join(str(part) for part in MINIMUM_GIT)
    if version is None or version < MINIMUM_GIT:
        meaning = f"install git {wanted} or newer: generating and updating files needs it"
        return Tool("git", version_text(version), meaning, is_required=True)
    return Tool("git", version_text(version))


def _dazzle(project: Path) -> Tool:
    """Return the Dazzle that the loader of models would use."""
    try:
        configured = read_manifest(project, backend_tables()).infra.dazzle
    except DazzleInfraError:
        configured = None
    version = in_process_version() if configured is None else None
    if version is not None:
        old = f"dazzle-dsl {MINIMUM} or newer is needed to read the model" if is_too_old(version) else ""
        return Tool("dazzle-dsl", f"{version} (in this environment)", old)
    try:
        command = find_command(project, configured, os.environ)
    except DazzleInfraError as error:
        return Tool("dazzle-dsl", None, f"{error.message}: {error.hint}")
    return Tool("dazzle-dsl", f"{command.version or 'unknown version'} ({command.path})")


def _tools(backend: Backend) -> list[Tool]:
    try:
        return backend.tools()
    except PluginError as error:
        return [Tool(f"backend {backend.name}", None, error.message)]


def _outside(project: Path) -> list[Tool]:
    """Return what generated files of the project need outside of it; nothing where dazzle.toml is not valid."""
    found: list[Tool] = []
    with suppress(DazzleInfraError):
        manifest = read_manifest(project, backend_tables())
        for one in backends_of(manifest):
            found += _found_by(one, project, manifest)
    return found


def _found_by(backend: Backend, project: Path, manifest: Manifest) -> list[Tool]:
    location = location_in(project, manifest, backend)
    answers = location.root / location.place.answers if location is not None else None
    if answers is None or not answers.is_file():
        return []
    try:
        return backend.findings(project, read_recorded(answers, answers.name).answers)
    except PluginError as error:
        return [Tool(f"backend {backend.name}", None, error.message)]


def _packages() -> list[Tool]:
    """Return the backends of other packages."""
    usable = [Tool(f"backend {one.name}", one.origin) for one in backends() if one.origin]
    return (
        usable
        + [
            Tool(f"backend {one.name}".rstrip(), None, f"{one.package} {one.version}: {one.reason}")
            for one in unusable_backends()
        ]
        + [Tool("hook", None, f"{one.package}: {one.problem}") for one in unusable_hooks()]
    )


def _remote_helper() -> Tool:
    path = shutil.which("git-remote-dazzle-infra")
    if path is None:
        return Tool(
            "git-remote-dazzle-infra", None, "plain git and Copier cannot read dazzle-infra:// until it is on PATH"
        )
    return Tool("git-remote-dazzle-infra", path)
