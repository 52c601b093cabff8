"""The state of the generated files: versions and edits. The model is not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dazzle_infra.backends.application import Project
from dazzle_infra.backends.base import Folder
from dazzle_infra.backends.registry import backends_of
from dazzle_infra.merging.compare import Edit, edits
from dazzle_infra.operations.existing import Existing, read_all_existing
from dazzle_infra.operations.generated import missing_files
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.repository.ignored import IgnoreRule
from dazzle_infra.templates import require_git
from dazzle_infra.values.trees import Tree

__all__ = ["Status", "statuses"]


@dataclass(frozen=True)
class Status:
    """The state of one backend's files.

    Attributes:
        existing: The existing files.
        edited: The user's changes since the files were written.
        missing: Generated files that are missing because git ignores them and they were never committed.
        dropped: Folders that exist although the recorded answers do not name them.
    """

    existing: Existing
    edited: tuple[Edit, ...]
    missing: Mapping[str, IgnoreRule]
    dropped: tuple[Folder, ...]


def statuses(project: Project) -> list[Status]:
    """Return the state of each backend whose files exist.

    Raises:
        PreconditionError: No files were generated yet, or an answers file cannot be used.
        TemplateError: The recorded version cannot be rendered.
    """
    require_git()
    found = read_all_existing(project, backends_of(project.manifest))
    rendered = render_all([[RenderJob(one.template, one.recorded.answers)] for one in found])
    return [_status(one, trees[0]) for one, trees in zip(found, rendered, strict=True)]


def _status(existing: Existing, tree: Tree) -> Status:
    dropped = existing.backend.dropped_folders(existing.root / existing.directory, existing.recorded.answers)
    edited = edits(existing.root, existing.place, tree, [folder.path for folder in dropped])
    missing = missing_files(existing, tree, edited)
    return Status(existing, tuple(one for one in edited if one.path not in missing), missing, tuple(dropped))
