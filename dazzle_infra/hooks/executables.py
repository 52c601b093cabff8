"""A hook that is an executable of the project: the context as JSON on standard input, a JSON result on standard output.

It runs only if a person has allowed its present content: a repository that is cloned runs nothing by itself.
"""

from __future__ import annotations

import hashlib
import os
import shlex
from pathlib import Path, PurePosixPath
from typing import ClassVar, Final

from pydantic import BaseModel, Field

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.hooks.allowed import is_allowed
from dazzle_infra.hooks.exchange import read_result, write_context
from dazzle_infra.hooks.here import project_option
from dazzle_infra.hooks.programs import Ran, run_program
from dazzle_infra.hooks.protocol import Failure, Hook, HookContext, HookError, HookOptions, HookResult
from dazzle_infra.values.program import program

__all__ = ["Executable"]

_LARGEST: Final = 10_000_000
"""Bytes of an executable; a larger one is not the script of a project."""

_OUTPUT: Final = 1_000_000
"""Bytes that it may print."""


class _Options(HookOptions):
    """Options of an executable.

    Attributes:
        on_failure: What a failure means: `fail` or `warn`.
        seconds: Its time limit.
    """

    on_failure: Failure = "fail"
    seconds: float = Field(60, gt=0, le=3600)


class Executable(Hook):
    """An executable of the project."""

    Options: ClassVar[type[BaseModel]] = _Options

    def __init__(self, project: Path, name: str) -> None:
        """Name it.

        Args:
            project: The project's root.
            name: Its path as dazzle.toml writes it, such as `./tools/check`.
        """
        self.name = name
        self.summary = "an executable of this project"
        self._project = project
        self.path = project / name

    def check(self, where: Where | None) -> None:
        """Refuse what cannot run.

        Args:
            where: The place of its name in dazzle.toml.

        Raises:
            PreconditionError: It is missing, a link, not a file, not executable, or outside the project.
        """
        problem, hint = self._problem()
        if problem:
            raise PreconditionError(f"hook {self.name} {problem}", code="hook", where=where, hint=hint)

    def _problem(self) -> tuple[str, str]:
        path, parent = self.path, self._project
        for part in PurePosixPath(self.name).parts[:-1]:
            parent /= part
            if parent.is_symlink():
                return "is in a folder that is a symbolic link", "name the file itself"
        if path.is_symlink():
            return "is a symbolic link", "name the file that it points to"
        if not path.exists():
            return "does not exist", "correct the path, or remove it from [infra.hooks]"
        if not path.is_file():
            return "is not a file", "name an executable file"
        if not os.access(path, os.X_OK):
            return "is not executable", f"run: chmod +x {shlex.quote(str(path))}"
        return "", ""

    def digest(self) -> str:
        """Return the SHA-256 of its content.

        Raises:
            PreconditionError: It cannot be read, or is too large.
        """
        try:
            with self.path.open("rb") as stream:
                content = stream.read(_LARGEST + 1)
        except OSError as error:
            raise PreconditionError(
                f"hook {self.name} cannot be read: {error.strerror}", code="hook", where=Where(self.name)
            ) from error
        if len(content) > _LARGEST:
            raise PreconditionError(
                f"hook {self.name} is larger than {_LARGEST // 1_000_000} MB",
                code="hook",
                where=Where(self.name),
                hint="use a script that calls the program",
            )
        return hashlib.sha256(content).hexdigest()

    def is_allowed(self) -> bool:
        """Return whether its present content may run."""
        return is_allowed(self.digest())

    def how_to_allow(self) -> str:
        """Return what to do so that it runs."""
        command = f"{program()} hooks allow{project_option(self._project)} {shlex.quote(self.name)}"
        return f'its content has not been allowed on this machine; read it, then run "{command}"'

    def contribute(self, context: HookContext) -> HookResult:
        """Run it with `pre_build`."""
        return self._run(context)

    def after(self, context: HookContext) -> HookResult:
        """Run it with `post_build`."""
        return self._run(context)

    def _run(self, context: HookContext) -> HookResult:
        # Between the selection and now other hooks have run, which may have written the file.
        if not self.is_allowed():
            raise HookError("changed during the run")
        seconds = float(getattr(context.options, "seconds", self.seconds))
        ran = run_program(
            [str(self.path)], folder=self._project, data=write_context(context), seconds=seconds, largest=_OUTPUT
        )
        if problem := _failure(ran):
            raise HookError(problem)
        try:
            result = read_result(ran.out, context, self.name)
        except ValueError as error:
            raise HookError(_ended(ran) if ran.status else str(error)) from None
        if ran.status and result.success:
            raise HookError(_ended(ran))
        return result


def _failure(ran: Ran) -> str:
    """Return why there is no result to read; empty where there may be one."""
    if ran.problem:
        return ran.problem
    if ran.timed_out:
        return "exceeded its time limit"
    return f"printed more than {_OUTPUT // 1_000_000} MB" if ran.is_too_long else ""


def _ended(ran: Ran) -> str:
    how = f"was ended by signal {-ran.status}" if ran.status < 0 else f"exited with {ran.status}"
    return f"{how}{_last_line(ran)}"


def _last_line(ran: Ran) -> str:
    lines = ran.err.decode(errors="replace").strip().splitlines()
    return f": {lines[-1][:300]}" if lines else ""
