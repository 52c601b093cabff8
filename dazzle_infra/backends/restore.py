"""Bringing back files that a person deleted: as the recorded version of the template makes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from dazzle_infra.backends.base import Application
from dazzle_infra.backends.existing import Existing, read_existing
from dazzle_infra.backends.registry import backends
from dazzle_infra.engine import ANSWERS_FILE, RenderJob, Write, apply, check_place, render_all
from dazzle_infra.engine.backup import next_backup_name
from dazzle_infra.errors import PreconditionError, UsageError, Where

__all__ = ["restore"]


def restore(application: Application, paths: Sequence[str]) -> list[str]:
    """Write the files again and return their paths, relative to the project.

    Args:
        application: The application.
        paths: The files, relative to the project.

    Raises:
        UsageError: A path is no file of a template's.
        PreconditionError: A file exists, or a backend's answers file cannot be read.
    """
    wanted = [PurePosixPath(path).as_posix() for path in paths]
    existing = [found for one in backends() if (found := read_existing(application, one)) is not None]
    owners = {path: _owner(path, existing) for path in wanted}
    needed = [one for one in existing if one in owners.values()]
    jobs = [[RenderJob(one.template, one.recorded.answers)] for one in needed]
    trees = {one.directory: rendered[0] for one, rendered in zip(needed, render_all(jobs), strict=True)}
    writes = []
    for path, owner in owners.items():
        file = trees[owner.directory].get(path.removeprefix(f"{owner.directory}/"))
        if file is None or path.endswith(f"/{ANSWERS_FILE}"):
            raise UsageError(
                f"{path} is no file of the {owner.backend.name} template {owner.template.version}",
                hint="dazzle infra status lists the files that you deleted",
            )
        if check_place(application.project, path).exists():
            raise PreconditionError(
                f"{path} exists", code="in_the_way", where=Where(file=path), hint="delete it first, or leave it"
            )
        writes.append(Write(path, file))
    apply(application.project, writes, backup=next_backup_name(application.project), note={"kind": "restore"})
    return wanted


def _owner(path: str, existing: Sequence[Existing]) -> Existing:
    for one in existing:
        if path.startswith(f"{one.directory}/"):
            return one
    folders = ", ".join(one.directory for one in existing) or "none"
    raise UsageError(f"{path} is in no folder of a backend's", hint=f"those folders are: {folders}")
