"""Calls of hooks of other packages, and the form of what they return."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.hooks.guard import Called, call
from dazzle_infra.hooks.outcome import Outcome
from dazzle_infra.hooks.protocol import HookContext, HookResult, Phase
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.trees import File

__all__ = ["call_hook"]


def call_hook(
    function: Callable[[HookContext], HookResult], context: HookContext, phase: Phase, seconds: float
) -> Outcome:
    """Call a hook of another package, and return what it came to; what it printed is displayed with its result.

    Args:
        function: The method of the hook.
        context: What it can read.
        phase: The phase.
        seconds: The time limit.
    """
    # What the hook changes in here has no effect.
    own = replace(
        context,
        answers=deepcopy(dict(context.answers)),
        rendered=dict(context.rendered),
        pending=dict(context.pending),
    )
    called = call(lambda: function(own), seconds)
    outcome = _outcome(called, phase)
    printed = tuple(line for line in called.printed.splitlines() if line.strip())
    if not printed:
        return outcome
    result = outcome.result
    return Outcome(replace(result, display_to_user=(*result.display_to_user, *printed)), outcome.has_failed)


def _outcome(called: Called[HookResult], phase: Phase) -> Outcome:
    if isinstance(called.error, DazzleInfraError):
        return Outcome(HookResult(success=False, message=called.error.message))
    if called.failure:
        return Outcome.failed(called.failure)
    result: object = called.value
    if not isinstance(result, HookResult):
        return Outcome.failed(f"returned {type(result).__name__}, not HookResult")
    for name in ("display_to_user", "next_steps"):
        lines = getattr(result, name)
        if not isinstance(lines, tuple | list) or not all(isinstance(line, str) for line in lines):
            return Outcome.failed(f"returned {name} that is not a tuple of lines")
    if not isinstance(result.success, bool):
        return Outcome.failed("returned success that is neither True nor False")
    if not isinstance(result.message, str) or not isinstance(result.artifacts, tuple | list):
        return Outcome.failed("returned a message or artifacts of another type")
    if not isinstance(result.writes, tuple | list) or not all(map(_is_write, result.writes)):
        return Outcome.failed("returned writes that HookContext.file did not make")
    if result.writes and phase != "contribute":
        return Outcome.failed(f"returned files in the phase {phase}; only contribute can")
    return Outcome(result)


def _is_write(value: object) -> bool:
    if not isinstance(value, Write) or not isinstance(value.path, str):
        return False
    file: object = value.file
    return file is None or (isinstance(file, File) and isinstance(file.content, bytes) and isinstance(file.mode, int))
