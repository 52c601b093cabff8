"""Files that a template makes once and that are the user's from then on: its `_skip_if_exists`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from dazzle_infra.templates import Template, isolated_environment, run_git
from dazzle_infra.templates.memory import remembered
from dazzle_infra.templates.plain_yaml import read_yaml

__all__ = ["is_owned", "owned_patterns"]


@remembered
def owned_patterns(template: Template) -> tuple[str, ...]:
    """Return the patterns of `_skip_if_exists` in that version of a template."""
    text = run_git(
        "show",
        f"{template.revision}:copier.yml",
        environment=isolated_environment(),
        repository=template.repository,
    )
    documents = [one for one in read_yaml(text) if isinstance(one, Mapping)]
    found = [one["_skip_if_exists"] for one in documents if isinstance(one.get("_skip_if_exists"), list)]
    return tuple(str(pattern) for patterns in found for pattern in patterns)


def is_owned(path: str, patterns: Sequence[str]) -> bool:
    """Say whether a path, or a folder that it is in, is what one of the patterns means."""
    places = [PurePosixPath(path), *PurePosixPath(path).parents[:-1]]
    return any(place.match(pattern.strip("/")) for place in places for pattern in patterns if pattern.strip("/"))
