"""What git makes of the files that a run wrote: which it ignores, and which it no longer ignores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from dazzle_infra.hooks.protocol import Hook, HookContext, HookResult
from dazzle_infra.repository.ignored import IgnoreRule, ignored
from dazzle_infra.values.placement import Place

__all__ = ["GitView", "GitViewHook", "ViewBefore"]


@dataclass(frozen=True)
class GitView:
    """What git makes of generated files; paths are POSIX and relative to the project.

    Attributes:
        ignored: Those that git ignores and does not track, each with the rule: no other checkout has them.
        included: Those that git ignored before the run and includes now, each with the rule that applied.
    """

    ignored: Mapping[str, IgnoreRule] = field(default_factory=dict)
    included: Mapping[str, IgnoreRule] = field(default_factory=dict)


class ViewBefore:
    """What git made of one backend's files before a run writes them."""

    def __init__(self, root: Path, place: Place, files: Iterable[str]) -> None:
        """Ask git.

        Args:
            root: The folder that the place is relative to.
            place: Where the files are.
            files: All that the run renders, relative to the place.
        """
        self._root, self._place, self._files = root, place, tuple(files)
        self._ignored = self._ask()

    def after(self) -> GitView:
        """Ask git again, after the files were written."""
        now = self._ask()
        return GitView(now, {path: rule for path, rule in self._ignored.items() if path not in now})

    def _ask(self) -> dict[str, IgnoreRule]:
        names = {name: path for path in self._files if (name := self._place.inside(self._place.at(path)))}
        found = ignored(self._root, self._place.directory, names) if names else {}
        return {self._place.at(name): rule for name, rule in found.items()}


class GitViewHook(Hook):
    """Finds out which of the written files git ignores. The command reports the artifact `GitView`."""

    name = "git_view"
    summary = "reports generated files that git ignores"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Ask git before the files are written."""
        if context.dry_run or not context.rendered:
            return HookResult()
        return HookResult(artifacts=(ViewBefore(context.root, context.final_place, context.rendered),))

    def after(self, context: HookContext) -> HookResult:
        """Ask git again."""
        before = context.artifact(ViewBefore)
        return HookResult() if before is None else HookResult(artifacts=(before.after(),))
