"""Rendering with Copier, and writing what came out into the user's tree: everything or nothing."""

from dazzle_infra.engine.apply import Write, apply, recover
from dazzle_infra.engine.places import check_place
from dazzle_infra.engine.recorded import ANSWERS_FILE, Recorded, is_recorded, read_recorded
from dazzle_infra.engine.render import RenderJob, render, render_all
from dazzle_infra.engine.state import STATE, refuse_leftover
from dazzle_infra.engine.trees import File, Tree

__all__ = [
    "ANSWERS_FILE",
    "STATE",
    "File",
    "Recorded",
    "RenderJob",
    "Tree",
    "Write",
    "apply",
    "check_place",
    "is_recorded",
    "read_recorded",
    "recover",
    "refuse_leftover",
    "render",
    "render_all",
]
