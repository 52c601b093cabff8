"""Running git, in the two ways that are never mixed.

`isolated` sees no configuration, attribute, hook or inherited variable of the user's: rendering and merging. `fetching`
keeps the user's configuration, for credentials, proxies and `insteadOf` of theirs: bringing a template into the cache.
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
    "fetching_environment",
    "git_version",
    "isolated_environment",
    "require_git",
    "run_git",
]

MINIMUM_GIT = (2, 38)
"""`git merge-tree --write-tree`, which an update stands on, came with 2.38."""

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
    """A command of git's that failed.

    Attributes:
        said: All that git wrote to its standard error.
    """

    code = "git_failed"
    said = ""


def isolated_environment(config: Mapping[str, str] | None = None, protocols: str = "file") -> dict[str, str]:
    """Return an environment in which git reads `config` and nothing else.

    Copier runs git through a library that freezes the environment when it is imported, so this has to be the
    environment of the process that imports Copier.
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
    """Return the user's environment without what ties git to one repository (a hook sets such variables)."""
    environment = {name: value for name, value in os.environ.items() if name not in _BOUND}
    return environment | {"GIT_ALLOW_PROTOCOL": _FETCH_PROTOCOLS, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}


def git_version() -> tuple[int, ...] | None:
    """Return git's version, or None where there is no git."""
    program = shutil.which("git")
    return None if program is None else _version_of(program)


@cache
def _version_of(program: str) -> tuple[int, ...] | None:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", answer)
    return tuple(int(part) for part in found.groups(default="0")) if found else None


def require_git() -> None:
    """Raise `PreconditionError` unless a git that is new enough is there."""
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
        repository: The repository to run in, as `git -C`.
        data: Standard input.
        seconds: A limit on time.
        accepted: Exit codes that are no failure.

    Raises:
        GitError: It failed or took too long; the message holds the line in which git says why.
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
    """Return the line that says why: advice follows it, and warnings come before it."""
    lines = said.splitlines() or [""]
    return next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
