"""Restoring missing generated files, as the recorded version of the template renders them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.registry import backends_of
from dazzle_infra.errors import NothingToDoError, PreconditionError, UsageError, Where
from dazzle_infra.hooks.git_view import GitView, ViewBefore
from dazzle_infra.merging.compare import edits
from dazzle_infra.merging.sparse_checkout import refuse_left_out
from dazzle_infra.operations.existing import Existing, read_existing
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.transaction import Write, apply, check_place
from dazzle_infra.transaction.state import next_backup_name
from dazzle_infra.values.placement import TOP, Place
from dazzle_infra.values.program import program
from dazzle_infra.values.trees import Tree

__all__ = ["restore"]


def restore(application: Application, paths: Sequence[str]) -> tuple[list[str], GitView]:
    """Write missing files again.

    Args:
        application: The application.
        paths: Files, or folders for all files that are missing in them, relative to the project.

    Returns:
        The files, relative to the project, and their state in git.

    Raises:
        UsageError: A path is not a file or folder of a template.
        PreconditionError: A file exists, or a backend's answers file cannot be read.
        NothingToDoError: No file is missing in the folders.
    """
    asked = [PurePosixPath(path).as_posix() for path in paths]
    existing = [
        found for one in backends_of(application.manifest) if (found := read_existing(application, one)) is not None
    ]
    owners = {path: _owner(path, existing) for path in asked}
    needed = [one for one in existing if one in owners.values()]
    jobs = [[RenderJob(one.template, one.recorded.answers)] for one in needed]
    trees = {one.place: rendered[0] for one, rendered in zip(needed, render_all(jobs), strict=True)}
    files = {
        owner.place.at(name): trees[owner.place][name]
        for path, owner in owners.items()
        for name in _files(path, owner, trees[owner.place])
    }
    if not files:
        raise NothingToDoError(f"no generated file is missing in {', '.join(asked)}", hint=f"{program()} status")
    for path in files:
        refuse_left_out(application.project, path)
        if check_place(application.project, path).exists():
            raise PreconditionError(f"{path} exists", code="in_the_way", where=Where(file=path), hint="delete it first")
    view = ViewBefore(application.project, Place(TOP), files)
    writes = [Write(path, file) for path, file in files.items()]
    apply(application.project, writes, backup=next_backup_name(application.project), note={"kind": "restore"})
    return list(files), view.after()


def _files(path: str, owner: Existing, tree: Tree) -> Iterator[str]:
    """Yield the rendered path of the file, or those of the missing files of the folder."""
    name = "" if path == owner.directory else owner.place.inside(path) or ""
    if name in tree and name != ANSWERS_FILE:
        yield name
        return
    below = [one for one in tree if not name or one.startswith(f"{name}/")]
    if not below:
        raise UsageError(
            f"{path} is not a file of the {owner.backend.name} template {owner.template.version}",
            hint=f"{program()} status lists the files that are missing",
        )
    yield from (
        edit.path for edit in edits(owner.root, owner.place, tree) if edit.state == "deleted" and edit.path in below
    )


def _owner(path: str, existing: Sequence[Existing]) -> Existing:
    for one in existing:
        if path == one.directory or path.startswith(f"{one.directory}/"):
            return one
    folders = ", ".join(one.directory for one in existing) or "none"
    raise UsageError(f"{path} is not in an output directory", hint=f"the output directories are: {folders}")
