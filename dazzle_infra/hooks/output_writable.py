"""Refuses, before anything is rendered, an output directory that cannot be written to."""

from __future__ import annotations

from typing import ClassVar

from dazzle_infra.hooks.protocol import Hook, HookContext, HookResult
from dazzle_infra.transaction.places import check_place

__all__ = ["OutputWritable"]


class OutputWritable(Hook):
    """Checks the output directory, or the nearest existing folder above it."""

    name = "output_writable"
    summary = "checks that the output directory can be written to"
    opt_in: ClassVar[bool] = False

    def before(self, context: HookContext) -> HookResult:
        """Check, unless the run writes nothing or updates files that are there.

        Raises:
            PreconditionError: The folder cannot be written to, is a file, or is outside the project.
        """
        answers = context.final_place.answers
        if not context.dry_run and not (context.root / answers).exists():
            check_place(context.root, answers)
        return HookResult()
