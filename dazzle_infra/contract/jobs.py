"""Rendering for the check: many jobs at once, and of each what came of it, be it a tree or an error."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from dazzle_infra.engine import RenderJob, Tree, render_all
from dazzle_infra.errors import TemplateError

__all__ = ["Rendered", "render_each"]

Key = TypeVar("Key")

Rendered = list[Tree] | TemplateError
"""The trees of a group of jobs, or why one of them cannot be rendered."""


def render_each(groups: Mapping[Key, Sequence[RenderJob]]) -> dict[Key, Rendered]:
    """Render each group of jobs; one that fails does not stop the others."""

    def render(jobs: Sequence[RenderJob]) -> Rendered:
        try:
            return render_all([jobs])[0]
        except TemplateError as error:
            return error

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(groups, pool.map(render, groups.values()), strict=True))
