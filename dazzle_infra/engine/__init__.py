"""Rendering with Copier, merging with git, and writing into the user's tree: everything or nothing."""

from dazzle_infra.engine.apply import Write, apply, recover
from dazzle_infra.engine.changes import Change, ChangeSet, Kind, Stages
from dazzle_infra.engine.compare import Edit, Renders, compare, edits
from dazzle_infra.engine.places import check_place
from dazzle_infra.engine.recorded import ANSWERS_FILE, Recorded, read_recorded
from dazzle_infra.engine.render import RenderJob, Workers, render_all, render_each
from dazzle_infra.engine.state import STATE, refuse_leftover
from dazzle_infra.engine.trees import File, Tree

__all__ = [
    "ANSWERS_FILE",
    "STATE",
    "Change",
    "ChangeSet",
    "Edit",
    "File",
    "Kind",
    "Recorded",
    "RenderJob",
    "Renders",
    "Stages",
    "Tree",
    "Workers",
    "Write",
    "apply",
    "check_place",
    "compare",
    "edits",
    "read_recorded",
    "recover",
    "refuse_leftover",
    "render_all",
    "render_each",
]
