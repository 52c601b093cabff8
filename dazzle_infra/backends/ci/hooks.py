"""The hooks of the CI backend."""

from __future__ import annotations

import shlex
from typing import ClassVar

from dazzle_infra.backends.ci.guide import guide_of
from dazzle_infra.hooks import Hook, HookContext, HookResult, relative_path

__all__ = ["CiNextSteps"]


class CiNextSteps(Hook):
    """Names the command that shows what is to be set at the provider."""

    name = "ci_next_steps"
    summary = "prints the command that shows what is to be set at the provider"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Return the command, unless the files are updated."""
        guide = guide_of(context.answers)
        if context.is_update or guide is None or (context.content(guide) is None and guide not in context.rendered):
            return HookResult()
        return HookResult(next_steps=(f"less {shlex.quote(relative_path(context.root / guide))}",))
