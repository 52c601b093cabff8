"""Trees of the server template with an environment `dev`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dazzle_infra.backends.server.answers import ServerAnswers
from tests.support.copiers import copier_of
from tests.support.server_template import EVERYTHING, TEMPLATE, TYPICAL, environment, render

__all__ = ["SHAPES", "rendered_dev"]


def _with_dev(answers: ServerAnswers) -> ServerAnswers:
    own = answers.object_storage == "own"
    dev = environment(
        "dev", answers.services, answers.stores, own=own, monitoring=answers.monitoring, domain="desk.example.com",
        host="203.0.113.10", memory_mb=4096,
    )  # fmt: skip
    return answers.model_copy(update={"environments": [dev]})


SHAPES = {"typical": _with_dev(TYPICAL), "everything": _with_dev(EVERYTHING)}
"""Answers with one environment `dev`."""


@cache
def rendered_dev(folder: Path, shape: str = "typical") -> Path:
    """Return a tree that was rendered once below `folder`; copy it to change it."""
    return render(copier_of(TEMPLATE), folder / f"server-dev-{shape}", SHAPES[shape])
