"""The git commands that the worker process may run.

Copier and `checkout` use git to clone, to check out and to list versions. git can run any program that a command, an
option, a setting or a variable names; such calls are refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["GitCalls"]

_COMMANDS = {
    *("bundle", "cat-file", "checkout", "clone", "config", "describe", "for-each-ref", "init", "ls-files", "ls-remote"),
    *("ls-tree", "remote", "rev-list", "rev-parse", "show-ref", "status", "submodule", "version", "worktree"),
}
_SUBCOMMANDS = {
    "bundle": {"verify"},
    "remote": {"update"},
    "submodule": {"status", "sync", "update"},
    "worktree": {"add", "list", "prune", "remove"},
}
_CREATES = {"clone": 1, "init": 0, "worktree": 1}
"""Commands that write to a folder, and the number of arguments before the folder."""

_DANGEROUS = ("--config", "--config-env", "--exec", "--exec-path", "--receive-pack", "--template", "--upload-pack")
"""Long options that name a program or change settings. git accepts prefixes of them."""

_HARMLESS = {"--template=", "core.fsmonitor=false"}
_OWN_VARIABLES = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE")
_VARIABLES = ("DYLD_", "EDITOR", "GIT_", "HOME", "LD_", "PAGER", "PATH", "SSH_", "TMPDIR", "VISUAL", "XDG_")
"""Prefixes of the names of variables that affect what git runs or reads."""


class GitCalls:
    """Checks git commands. git may only run with the environment in which this object was created."""

    def __init__(self, git: str | None, folder: str) -> None:
        """Create the checks.

        Args:
            git: The absolute path of git; None if git is not installed, so that no call is allowed.
            folder: The folder to which git may write: a real path with a final separator.
        """
        self._git = git and _absolute(git)
        self._folder = folder
        self._environment = self._relevant(os.environ.items())

    def is_git(self, program: object) -> bool:
        """Return whether a program is the path of git, and not that of a link to it or of another program."""
        return self._git is not None and isinstance(program, str) and self._git == _absolute(program)

    def problem(self, arguments: Sequence[str], cwd: str | None) -> str | None:
        """Return the part of a command line that is not allowed, or None.

        Args:
            arguments: The command line; the first argument is the program's name.
            cwd: The working directory of git; None for that of this process.
        """
        if not arguments or not (arguments[0] == "git" or self.is_git(arguments[0])):
            return arguments[0] if arguments else "nothing"
        rest = list(arguments[1:])
        while rest and rest[0].startswith("-") and rest[0] != "--version":
            option = rest.pop(0)
            if option == "-C" or (option == "-c" and rest and rest[0] in _HARMLESS):
                rest = rest[1:]
            elif not option.startswith(("--git-dir=", "--work-tree=")):
                return " ".join([option, *rest[:1]]) if option == "-c" else option
        if not rest:
            return "no command"
        command, rest = rest[0], rest[1:]
        if command == "--version":
            return None
        if command not in _COMMANDS:
            return command
        return _option(command, rest) or self._operand(command, rest, cwd)

    def _operand(self, command: str, rest: Sequence[str], cwd: str | None) -> str | None:
        split = rest.index("--") if "--" in rest else len(rest)
        operands = [text for text in rest[:split] if not text.startswith("-")] + list(rest[split + 1 :])
        allowed = _SUBCOMMANDS.get(command)
        if allowed is not None and (not operands or operands[0] not in allowed):
            return " ".join([command, *operands[:1]])
        if command == "config" and "--get" not in rest:
            return "config without --get"
        if command in _CREATES:
            for text in operands[_CREATES[command] :]:
                if not os.path.realpath(Path(cwd or ".") / text).startswith(self._folder):
                    return f"{command} {text}"
        return None

    def variable(self, environment: Any) -> str | None:
        """Return the name of a variable that differs from this process's and affects git, or None.

        Args:
            environment: The environment of a new process: a mapping, a list of `NAME=VALUE`, or None for this
                process's.
        """
        items: Iterable[tuple[Any, Any]]
        if environment is None:
            items = os.environ.items()
        elif isinstance(environment, Mapping):
            items = environment.items()
        else:
            items = (os.fsdecode(entry).partition("=")[::2] for entry in environment)
        changed = self._relevant(items).items() ^ self._environment.items()
        return min((name for name, _ in changed), default=None)

    @staticmethod
    def _relevant(items: Iterable[tuple[Any, Any]]) -> dict[str, str]:
        named = ((os.fsdecode(name), os.fsdecode(value)) for name, value in items)
        return {
            name: value for name, value in named if name.startswith(_VARIABLES) and not name.startswith(_OWN_VARIABLES)
        }


def _option(command: str, rest: Sequence[str]) -> str | None:
    """Return an option that names a program or changes settings, or None."""
    for text in rest:
        if text == "--":
            return None
        if text.startswith("--"):
            name = text.partition("=")[0]
            if text not in _HARMLESS and any(dangerous.startswith(name) for dangerous in _DANGEROUS):
                return text
        elif command == "clone" and text.startswith("-") and ("c" in text or "u" in text):
            return text
    return None


def _absolute(path: str) -> str:
    """Return an absolute path without `..`. Links are not resolved: their target can behave differently by its name."""
    return os.path.normpath(Path(path).absolute())
