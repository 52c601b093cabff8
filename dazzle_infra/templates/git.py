"""Running git, in two environments that are never mixed.

The isolated environment, for rendering and merging, has no configuration, attributes, hooks or variables of the user.
The fetching environment has the user's configuration, because it can contain credentials, proxies and `insteadOf`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from dazzle_infra.errors import PreconditionError, TemplateError

__all__ = [
    "MINIMUM_GIT",
    "GitError",
    "ask_git",
    "fetching_environment",
    "git_version",
    "isolated_environment",
    "require_git",
    "run_git",
]

MINIMUM_GIT = (2, 38)
"""The first version with `git merge-tree --write-tree`, which an update uses."""

_FETCH_PROTOCOLS = "file:https:ssh"
_BOUND = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


class GitError(TemplateError):
    """A git command failed.

    Attributes:
        said: The standard error of git.
    """

    code = "git_failed"
    said = ""


def isolated_environment(config: Mapping[str, str] | None = None, protocols: str = "file") -> dict[str, str]:
    """Return an environment in which git reads only the settings in `config`.

    Copier runs git through a library that copies the environment when it is imported, so this must be the environment
    of the process that imports Copier.

    Args:
        config: Settings of git by key.
        protocols: Transport protocols that git may use, separated by colons.
    """
    settings = {
        "core.hooksPath": os.devnull,
        "core.attributesFile": os.devnull,
        "core.autocrlf": "false",
        "advice.detachedHead": "false",
        "init.defaultBranch": "main",
        **(config or {}),
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(settings)),
        "LC_ALL": "C.UTF-8",
    }
    for index, (key, value) in enumerate(settings.items()):
        environment[f"GIT_CONFIG_KEY_{index}"] = key
        environment[f"GIT_CONFIG_VALUE_{index}"] = value
    return environment


def fetching_environment() -> dict[str, str]:
    """Return the user's environment without the variables that select a repository, which git sets in hooks."""
    environment = {name: value for name, value in os.environ.items() if name not in _BOUND}
    return environment | {"GIT_ALLOW_PROTOCOL": _FETCH_PROTOCOLS, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def git_version() -> tuple[int, ...] | None:
    """Return git's version, or None if git is not installed."""
    program = shutil.which("git")
    return None if program is None else _version_of(program)


@cache
def _version_of(program: str) -> tuple[int, ...] | None:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", answer)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


def require_git() -> None:
    """Raise `PreconditionError` if git is missing or older than `MINIMUM_GIT`."""
    version = git_version()
    wanted = ".".join(str(part) for part in MINIMUM_GIT)
    if version is None:
        raise PreconditionError(
            "git is not installed",
            code="git_missing",
            hint=f"install git {wanted} or newer and run the command again",
        )
    if version < MINIMUM_GIT:
        found = ".".join(str(part) for part in version)
        raise PreconditionError(
            f"git {found} is too old",
            code="git_too_old",
            hint=f"git {wanted} or newer is needed; upgrade git",
        )


def ask_git(folder: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder with the user's configuration. A failure raises no error.

    Args:
        folder: The folder.
        arguments: The command and its arguments.
        data: Standard input.

    Returns:
        The status and the output; the status is 127 if git is not installed.
    """
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, input=data, env=fetching_environment(), capture_output=True, check=False)
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, b"", b"")


def run_git(
    *arguments: str,
    environment: Mapping[str, str],
    repository: Path | None = None,
    data: bytes | None = None,
    seconds: float | None = None,
    accepted: Sequence[int] = (0,),
) -> bytes:
    """Run git and return what it printed.

    Args:
        arguments: The command and its arguments.
        environment: One of the two environments of this module.
        repository: The repository, as for `git -C`.
        data: Standard input.
        seconds: The time limit, in seconds.
        accepted: Exit statuses that are not errors.

    Raises:
        GitError: The command failed or exceeded the limit; the message contains git's reason.
    """
    command: Sequence[str] = ["git", *(["-C", str(repository)] if repository else []), *arguments]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdin=None if data else subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GitError(
            f"git {arguments[0]} took more than {seconds:g} s", code="git_timeout", hint="run the command again"
        ) from error
    if done.returncode not in accepted:
        said = done.stderr.decode(errors="replace").strip()
        failed = GitError(f"git {arguments[0]} failed: {_reason(said) or done.returncode}")
        failed.said = said
        raise failed
    return done.stdout


def _reason(said: str) -> str:
    """Return the line with the reason; git writes warnings before it and advice after it."""
    lines = said.splitlines() or [""]
    return next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
