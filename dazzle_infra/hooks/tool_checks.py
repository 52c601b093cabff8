"""Checks of written files by tools of this machine. What a tool says is reported; no tool changes a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from dazzle_infra.hooks.programs import Ran, run_program
from dazzle_infra.hooks.protocol import Failure, Hook, HookContext, HookResult

__all__ = ["ToolCheck", "find_tool", "first_line"]

_LEFT_OUT: Final = ("COMPOSE_", "TF_VAR_", "TF_CLI_ARGS")
"""Starts of variables that would change what a tool looks at."""

_ADDED: Final[Mapping[str, str]] = {
    # developer.hashicorp.com, "Terraform: environment variables": no question to the network for newer versions.
    "CHECKPOINT_DISABLE": "1",
    "TF_IN_AUTOMATION": "1",
    # docs.docker.com, "Compose: pre-defined environment variables": no file of a remote repository or registry.
    "COMPOSE_EXPERIMENTAL_GIT_REMOTE": "0",
    "COMPOSE_EXPERIMENTAL_OCI_REMOTE": "0",
}


class ToolCheck(Hook):
    """The base of checks: they run at the same time as others, for files that were written, if the tool is there.

    Attributes:
        tools: Names of the tool; the first that is on PATH is used.
    """

    opt_in: ClassVar[bool] = False
    on_failure: Failure = "warn"
    seconds: float = 10
    concurrent: ClassVar[bool] = True
    tools: ClassVar[tuple[str, ...]] = ()

    def after(self, context: HookContext) -> HookResult:
        """Run the check."""
        tool = find_tool(self.tools)
        if tool is None or not context.rendered or _has_conflicts(context):
            return HookResult()
        return self.check(tool, context)

    def check(self, tool: str, context: HookContext) -> HookResult:
        """Run the tool on the written files, and return what it found.

        Args:
            tool: The path of the tool.
            context: What a hook can read.
        """
        return HookResult()

    def ran(self, command: Sequence[str], context: HookContext) -> Ran:
        """Run a command in the output directory."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
        folder = context.root / context.final_directory
        return run_program(command, folder=folder, seconds=self.seconds, environment={**own, **_ADDED})


def find_tool(names: Sequence[str]) -> str | None:
    """Return the path of the first of the tools that is on PATH, or None."""
    return next((found for name in names if (found := shutil.which(name))), None)


def first_line(ran: Ran) -> str:
    """Return the first line of what a tool reports, without the frame that Terraform draws."""
    text = (ran.err or ran.out).decode(errors="replace")
    lines = [line.strip("│╷╵ \t") for line in text.splitlines()]
    said = [line for line in lines if line]
    return next((line for line in said if line.startswith("Error")), said[-1] if said else f"exit {ran.status}")[:300]


def _has_conflicts(context: HookContext) -> bool:
    """Return whether a written file contains conflict markers, which the update reports."""
    for path in context.rendered if context.is_update else ():
        target = context.root / context.final_place.at(path)
        if target.is_file() and b"\n<<<<<<< " in b"\n" + target.read_bytes():
            return True
    return False
