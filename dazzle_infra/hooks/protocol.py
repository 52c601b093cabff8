"""What a hook is: code that runs before and after a backend's files are written.

A hook never writes. It contributes files to what is applied, so that they are part of all or nothing, and says what to
tell the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dazzle_infra.engine.apply import Write
from dazzle_infra.engine.trees import Tree

__all__ = ["Hook", "HookContext", "HookResult"]


@dataclass(frozen=True)
class HookContext:
    """What a hook is told.

    Attributes:
        project: The project's root.
        backend: The backend's name.
        directory: Where it renders to, POSIX, relative to the project.
        answers: The answers of its template.
        rendered: What is written for it in this run; empty where its files are there already.
    """

    project: Path
    backend: str
    directory: str
    answers: Mapping[str, object]
    rendered: Tree = field(default_factory=dict)


@dataclass(frozen=True)
class HookResult:
    """What a hook contributes.

    Attributes:
        writes: Files beside those that the template renders; applied with them.
        next_steps: Commands that a person would run next, in their order.
    """

    writes: tuple[Write, ...] = ()
    next_steps: tuple[str, ...] = ()


class Hook:
    """The base of hooks; each method does nothing unless it is overridden."""

    name: str = "hook"

    def before(self, context: HookContext) -> HookResult:
        """Run before anything is written."""
        return HookResult()

    def after(self, context: HookContext) -> HookResult:
        """Run when everything is written; what it wants to write is too late."""
        return HookResult()
