"""The order of hooks: declared dependencies first, then the order in which they are given."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from dazzle_infra.errors import UsageError, Where
from dazzle_infra.hooks.protocol import Hook

__all__ = ["in_order"]


def in_order(hooks: Sequence[Hook], where: Where | None = None) -> list[Hook]:
    """Return the hooks in the order in which they run.

    Args:
        hooks: The hooks; each name once. Dependencies on other names have no effect.
        where: The place for an error about them.

    Raises:
        UsageError: Hooks depend on each other in a circle.
    """
    numbers = {hook.name: number for number, hook in enumerate(hooks)}
    sorter = TopologicalSorter(
        {numbers[hook.name]: [numbers[name] for name in hook.after_hooks if name in numbers] for hook in hooks}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " → ".join(hooks[number].name for number in error.args[1])
        raise UsageError(
            f"hooks depend on each other in a circle: {circle}",
            code="hook_cycle",
            where=where,
            hint="change `after_hooks` of one of them, or name one in [infra.hooks] skip",
        ) from None
    ordered: list[Hook] = []
    ready: list[int] = []
    while sorter.is_active():
        for number in sorter.get_ready():
            heapq.heappush(ready, number)
        number = heapq.heappop(ready)
        ordered.append(hooks[number])
        sorter.done(number)
    return ordered
