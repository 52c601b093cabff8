"""Files that a template generates once and that belong to the user afterwards: its `_skip_if_exists`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from dazzle_infra.templates.questions import config_of
from dazzle_infra.templates.source import Template

__all__ = ["is_owned", "owned_patterns"]


def owned_patterns(template: Template) -> tuple[str, ...]:
    """Return the patterns of `_skip_if_exists` of a template version."""
    patterns = config_of(template).get("_skip_if_exists")
    return tuple(map(str, patterns)) if isinstance(patterns, list) else ()


def is_owned(path: str, patterns: Sequence[str]) -> bool:
    """Return whether a path, or a folder above it, matches one of the patterns."""
    places = [PurePosixPath(path), *PurePosixPath(path).parents[:-1]]
    return any(place.match(pattern.strip("/")) for place in places for pattern in patterns if pattern.strip("/"))
