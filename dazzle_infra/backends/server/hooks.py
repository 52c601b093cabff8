"""The hooks of the server backend."""

from __future__ import annotations

import shlex
from typing import ClassVar

from dazzle_infra.hooks import Hook, HookContext, HookResult

__all__ = ["ServerNextSteps"]


class ServerNextSteps(Hook):
    """Names the command that sets up the first machine."""

    name = "server_next_steps"
    summary = "prints the command that sets up the first machine"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Return the command, unless the files are updated."""
        environments = context.answers.get("environments")
        if context.is_update or not isinstance(environments, list) or not environments:  # a fork without that question
            return HookResult()
        script = shlex.quote(f"{context.shown_directory}/ops/setup")
        return HookResult(next_steps=(f"sh {script} {environments[0]['name']}",))
