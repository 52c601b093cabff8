"""Trees of the server template with an environment `dev`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.support.copiers import copier_of
from tests.support.server_template import DATABASE, REDIS, TEMPLATE, TYPICAL, WEB, WORKER, environment, render

__all__ = ["DEV", "rendered_dev"]

DEV = TYPICAL.model_copy(
    update={
        "environments": [
            environment("dev", [WEB, WORKER], [DATABASE, REDIS], domain="desk.example.com", host="203.0.113.10")
        ]
    }
)


@cache
def rendered_dev(folder: Path) -> Path:
    """Return a tree that was rendered once below `folder`; copy it to change it."""
    return render(copier_of(TEMPLATE), folder / "server-dev", DEV)
