"""The existing files of a backend: their location, and the template and answers from which they were rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from dazzle_infra.backends.application import Application, Project
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.moved import find_moved, refuse_moved
from dazzle_infra.errors import PreconditionError, TemplateError, Where
from dazzle_infra.merging.sparse_checkout import refuse_left_out
from dazzle_infra.operations.answers_copies import was_made
from dazzle_infra.operations.location import is_used, location_of, possible_location
from dazzle_infra.operations.salvage import salvage
from dazzle_infra.repository.ignored import ignored
from dazzle_infra.templates import TEMPLATE_NAMES, Template, commit_of, resolve_template
from dazzle_infra.templates.answers_file import Recorded, read_recorded
from dazzle_infra.templates.trust import UnsafeTemplateError
from dazzle_infra.templates.unmerged_answers import refuse_unmerged
from dazzle_infra.transaction import check_place
from dazzle_infra.values.placement import Place
from dazzle_infra.values.program import program

__all__ = ["GONE", "Existing", "read_all_existing", "read_existing"]

GONE = {"offline", "template_unreachable"}
"""Codes of errors after which the recorded version can still be found elsewhere."""


@dataclass(frozen=True)
class Existing:
    """The existing files of a backend.

    Attributes:
        backend: The backend.
        root: The folder to which the place is relative, and which contains the records of runs.
        place: The location of the files.
        recorded: The content of the answers file.
        template: The template and version that rendered the files, fetched.
        moves_to: The directory to which they are moved, because dazzle.toml names another one; None if they stay.
    """

    backend: Backend
    root: Path
    place: Place
    recorded: Recorded
    template: Template
    moves_to: str | None = None

    @property
    def directory(self) -> str:
        """The directory, POSIX, relative to the root."""
        return self.place.directory

    @property
    def new_place(self) -> Place:
        """The location of the files after the update."""
        return self.place if self.moves_to is None else Place(self.moves_to)


def read_existing(application: Application | Project, backend: Backend, *, move: bool = False) -> Existing | None:
    """Return the existing files of a backend, or None if none were generated.

    Args:
        application: The application.
        backend: The backend.
        move: Whether to read files that are in another directory than dazzle.toml names, so that they can be moved.

    Raises:
        ConflictsLeftError: The answers file is unmerged in git.
        PreconditionError: The answers file is missing, invalid or edited by hand; its template no longer exists; or its
            tag has moved.
    """
    location, moves_to = possible_location(application, backend), None
    if location is None:
        return None
    root, place = location.root, location.place
    path = check_place(root, place.answers, is_written=False)
    if not path.exists():
        refuse_left_out(root, place.answers)
        # The search takes longer than the rest of a check, so that it is left out for a backend that nothing names.
        if place.is_shared or not is_used(application.manifest, backend):
            pass
        elif not move:
            refuse_moved(application, backend)
        elif (old := find_moved(application.project, application.manifest, backend)) is not None:
            place, moves_to = Place(old), place.directory
            path = check_place(root, place.answers, is_written=False)
    refuse_unmerged(root, place)
    if not path.exists() and not was_made(root, place):
        return None
    name = place.answers
    recorded = read_recorded(path, name)
    if recorded.is_intact is False:
        raise PreconditionError(
            f"{name} was edited by hand: its answers do not match the recorded digest",
            code="answers_edited",
            where=Where(file=name),
            hint=f"set answers in dazzle.toml; `{program()} update --repair` restores the file",
        )
    source = recorded.source.removeprefix("git+")
    _refuse_newer(backend, recorded, name)
    try:
        template = _recorded_template(application, backend, recorded)
    except (PreconditionError, UnsafeTemplateError) as error:
        error.where = error.where or Where(file=name)
        raise
    except TemplateError as error:
        raise PreconditionError(
            f"{name} was generated from {recorded.version} of {source}, which no longer exists",
            code="version_gone",
            where=Where(file=name),
            hint=f"ask the template's owner to restore the tag; {error.hint}",
        ) from error
    found = commit_of(template)
    if recorded.commit is not None and recorded.commit != found:
        raise PreconditionError(
            f"the tag {recorded.version} of {source} has moved: it was {recorded.commit[:12]}, now it is {found[:12]}",
            code="tag_moved",
            where=Where(file=name),
            hint="tags must not move: ask the template's owner to restore it and to release a new version; if the file "
            f"was edited by hand, `{program()} update --repair` restores it",
        )
    return Existing(backend, root, place, recorded, template, moves_to)


def read_all_existing(
    application: Application | Project, chosen: Sequence[Backend], *, move: bool = False
) -> list[Existing]:
    """Return the existing files of those of the backends that have some.

    Raises:
        ConflictsLeftError: See `read_existing`.
        PreconditionError: None of the backends has files; or see `read_existing`.
    """
    found = [one for backend in chosen if (one := read_existing(application, backend, move=move)) is not None]
    if not found:
        raise _not_made(application, chosen)
    return found


def _not_made(application: Application | Project, chosen: Sequence[Backend]) -> PreconditionError:
    """Return the error for backends without files; it names those that the project uses, and git's rule for them."""
    used = [one for one in chosen if is_used(application.manifest, one)] or chosen
    places = {one.name: place for one in used if (place := possible_location(application, one)) is not None}
    places = places or {one.name: location_of(application, one) for one in used}
    names = ", ".join(str(one.place) for one in places.values())
    commands = ", ".join(f"{program()} {name}" for name in places)
    rules = {
        str(one.place): rule
        for one in places.values()
        for rule in ignored(one.root, one.place.directory, [one.place.answers_file]).values()
    }
    if not rules:
        return PreconditionError(
            f"no generated files: {names}",
            code="not_made",
            where=Where(file=names) if len(chosen) == 1 else None,
            hint=f"generate them first: {commands}; if the answers file was lost: {program()} update --repair",
        )
    rule = next(iter(rules.values()))
    return PreconditionError(
        f"no generated files: {names}; git ignores {', '.join(rules)}",
        code="never_committed",
        where=Where(file=rule.file, line=rule.line),
        hint=f'change the pattern "{rule.pattern}", then commit the files of a checkout that has them; '
        f"to generate them here: {commands}",
    )


def _recorded_template(application: Application | Project, backend: Backend, recorded: Recorded) -> Template:
    """Return the version that rendered the files, from its source, or from another repository with its commit."""
    source = recorded.source.removeprefix("git+")
    try:
        return resolve_template(
            backend.name,
            source,
            recorded.version,
            application.project,
            access=application.access,
            commit=recorded.commit,
        )
    except (PreconditionError, TemplateError) as error:
        found = salvage(application, backend, recorded) if error.code in GONE else None
        if found is None:
            raise
        return found


def _refuse_newer(backend: Backend, recorded: Recorded, name: str) -> None:
    """Raise `PreconditionError` if the files were rendered by a newer release than the newest embedded one."""
    if backend.template not in TEMPLATE_NAMES or recorded.source != f"git+{backend.source}":
        return
    newest = resolve_template(backend.name, backend.source, None, None)
    try:
        is_newer = Version(recorded.version) > Version(newest.version)
    except InvalidVersion:
        is_newer = False
    if is_newer:
        raise PreconditionError(
            f"{name} requires template {recorded.version}; the newest release in this dazzle-infra is {newest.version}",
            code="template_newer",
            where=Where(file=name),
            hint="upgrade dazzle-infra",
        )
