"""What a hook may add to the change set: new files of the output directory, and lines at the end of existing ones."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Final

from dazzle_infra.hooks.protocol import HookContext
from dazzle_infra.transaction.places import check_place
from dazzle_infra.transaction.staging import Write
from dazzle_infra.values.file_names import reason_to_refuse_name
from dazzle_infra.values.placement import ANSWERS_FILE

__all__ = ["changed", "problem_of"]

_MODES: Final = {0o644, 0o755, 0o600, 0o700}
"""Permissions that a file may get."""


def problem_of(writes: Sequence[Write], context: HookContext) -> str:
    """Return why files cannot be added, as the rest of a sentence about the hook; empty where they can.

    Args:
        writes: The files.
        context: What the hook could read.

    Raises:
        PreconditionError: Something stands in the way at the place of a file.
    """
    taken = {
        context.place.at(path).casefold(): context.place.at(path)
        for path in (*context.rendered, *map(context.place.inside, context.pending))
        if path is not None
    }
    for write in writes:
        path = context.place.inside(write.path)
        if path is None or posixpath.normpath(path) != path or path.split("/")[0] == "..":
            return f"returned a file outside {context.place}: {write.path}"
        if reason := reason_to_refuse_name(path):
            return f"returned the name {path[:200]!a}, {reason}"
        if write.file is None:
            return f"returned the removal of {write.path}; a hook only adds files and lines"
        if write.file.mode not in _MODES:
            return f"returned {write.path} with the permissions {write.file.mode:o}; use 644, 755, 600 or 700"
        if path in context.rendered or path == ANSWERS_FILE:
            return f"returned {write.path}, which is a file of the template"
        pending = context.pending.get(write.path)
        if pending is not None and pending.file is not None and not write.file.content.startswith(pending.file.content):
            return f"returned {write.path}, which another hook adds"
        if write.before is not None and not write.file.content.startswith(write.before):
            return f"would change existing lines of {write.path}; a hook only adds files and lines"
        if (other := _in_the_way(write.path, taken)) is not None:
            return f"returned {write.path} beside {other}; they cannot both exist"
        if any(other is not write and other.path == write.path for other in writes):
            return f"returned {write.path} more than once"
        taken[write.path.casefold()] = write.path
        check_place(context.root, write.path)
    return ""


def _in_the_way(path: str, taken: Mapping[str, str]) -> str | None:
    """Return the file of this run that cannot exist beside another one: it differs in case, or is its folder."""
    plain = path.casefold()
    if plain in taken and taken[plain] != path:
        return taken[plain]
    above = (plain[: place.start()] for place in re.finditer("/", plain))
    below = (other for other in taken if other.startswith(f"{plain}/"))
    return next((taken[other] for other in (*above, *below) if other in taken), None)


def changed(writes: Sequence[Write]) -> list[Write]:
    """Return the files that are not on disk as they are."""
    return [write for write in writes if write.file is not None and write.file.content != write.before]
