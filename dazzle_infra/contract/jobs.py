"""Rendering for the check: many jobs in parallel, each with its trees or its error as the result."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from dazzle_infra.contract.findings import Finding
from dazzle_infra.errors import TemplateError
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.values.trees import Tree

__all__ = ["Rendered", "render_each", "unrendered"]

Rendered = list[Tree] | TemplateError
"""The trees of a group of jobs, or the error of one of them."""

_Key = TypeVar("_Key")
_TOGETHER = 4
"""The number of groups that share a process: its start takes as long as two renders, and its time is limited."""


def render_each(groups: Mapping[_Key, Sequence[RenderJob]]) -> dict[_Key, Rendered]:
    """Render groups of jobs. An error in one group does not stop the others."""
    all_jobs = list(groups.values())
    batches = [all_jobs[start : start + _TOGETHER] for start in range(0, len(all_jobs), _TOGETHER)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rendered = [one for batch in pool.map(_render_batch, batches) for one in batch]
    return dict(zip(groups, rendered, strict=True))


def _render_batch(batch: Sequence[Sequence[RenderJob]]) -> list[Rendered]:
    """Render groups in one process; after an error, render each in its own process to find the one that fails."""
    try:
        [trees] = render_all([[job for jobs in batch for job in jobs]])
    except TemplateError as error:
        return [error] if len(batch) == 1 else [one for jobs in batch for one in _render_batch([jobs])]
    left = iter(trees)
    return [[next(left) for _ in jobs] for jobs in batch]


def unrendered(error: TemplateError, where: str = "") -> Finding:
    """Return a finding for a failed render, without the internal names in the error."""
    said = error.message.partition(" cannot be rendered: ")[2] or error.message
    return Finding(said, where, "correct the file or the question named in the message")
