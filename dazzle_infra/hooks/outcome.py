"""What a call of a hook came to: a result of the right form, or a failure."""

from __future__ import annotations

from dataclasses import dataclass

from dazzle_infra.hooks.protocol import HookResult

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a call of a hook came to.

    Attributes:
        result: What it returned.
        has_failed: Whether it did not return a result, rather than one that refuses the run.
    """

    result: HookResult
    has_failed: bool = False

    @property
    def is_well(self) -> bool:
        """Whether the hook succeeded."""
        return self.result.success and not self.has_failed

    @classmethod
    def failed(cls, message: str) -> Outcome:
        """Return the outcome of a hook that did not return a result.

        Args:
            message: What happened, as the rest of a sentence about the hook.
        """
        return cls(HookResult(success=False, message=message), has_failed=True)
