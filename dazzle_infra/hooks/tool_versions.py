"""Finds out, while the templates render, which tools that run the generated files are missing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import ClassVar

from dazzle_infra.hooks.protocol import Failure, Hook, HookContext, HookResult

__all__ = ["FoundTools", "ToolVersions"]


class _Asking(threading.Thread):
    """Asks for the tools. A daemon, so that a run that fails does not wait for an engine that does not answer."""

    def __init__(self, ask: Callable[[], Sequence[object]]) -> None:
        super().__init__(daemon=True, name="tools")
        self._ask = ask
        self.found: tuple[object, ...] = ()
        self.problem = ""

    def run(self) -> None:
        try:
            self.found = tuple(self._ask())
        except Exception as error:  # of a backend of another package
            self.problem = str(error)


class FoundTools:
    """The tools of a backend.

    Attributes:
        tools: The tools, as `Backend.tools` returns them.
    """

    def __init__(self, tools: Sequence[object]) -> None:
        """Keep the tools."""
        self.tools = tuple(tools)


class ToolVersions(Hook):
    """Asks the tools for their versions. The command reports the artifact `FoundTools`."""

    name = "tool_versions"
    summary = "looks for the tools that run the files, and reports missing ones"
    opt_in: ClassVar[bool] = False
    on_failure: Failure = "warn"

    def __init__(self, ask: Callable[[], Sequence[object]]) -> None:
        """Remember how to ask.

        Args:
            ask: Returns the tools of the backend.
        """
        self._ask = ask

    def before(self, context: HookContext) -> HookResult:
        """Start to ask; an engine may take a while to answer."""
        if context.dry_run or context.is_update or context.is_quiet:
            return HookResult()
        asking = _Asking(self._ask)
        asking.start()
        return HookResult(artifacts=(asking,))

    def after(self, context: HookContext) -> HookResult:
        """Wait for the answers."""
        asking = context.artifact(_Asking)
        if asking is None:
            return HookResult()
        asking.join()
        if asking.problem:
            return HookResult(success=False, message=asking.problem)
        return HookResult(artifacts=(FoundTools(asking.found),))
