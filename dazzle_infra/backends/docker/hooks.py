"""The hooks of the Docker backend."""

from __future__ import annotations

import shlex
from typing import ClassVar

from dazzle_infra.hooks import Hook, HookContext, HookResult
from dazzle_infra.hooks.tool_checks import ToolCheck, first_line

__all__ = ["ComposeConfig", "DockerNextSteps"]


class ComposeConfig(ToolCheck):
    """Has Compose read the stack."""

    name = "compose_config"
    summary = "runs docker compose config if Docker is there"
    tools = ("docker",)

    def check(self, tool: str, context: HookContext) -> HookResult:
        """Return what Compose refuses."""
        ran = self.ran((tool, "compose", "config", "--quiet"), context)
        # Without its plug-in Compose, Docker fails too; `tool_versions` reports that.
        if not ran.status or self.ran((tool, "compose", "version"), context).status:
            return HookResult()
        return HookResult(success=False, message=f"docker compose config: {first_line(ran)}")


class DockerNextSteps(Hook):
    """Names the command that starts the stack."""

    name = "docker_next_steps"
    summary = "prints the command that starts the stack"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Return the command, unless the files are updated."""
        if context.is_update:
            return HookResult()
        directory = shlex.quote(context.shown_directory)
        return HookResult(next_steps=(f"docker compose --project-directory {directory} up --build --wait",))
