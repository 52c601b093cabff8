"""What a backend's directory was made from, and what it is to become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from dazzle_infra.backends.base import Application, Backend
from dazzle_infra.backends.choice import choose
from dazzle_infra.backends.repair import was_made
from dazzle_infra.backends.salvage import salvage
from dazzle_infra.engine import ANSWERS_FILE, Recorded, check_place, read_recorded
from dazzle_infra.errors import PreconditionError, TemplateError, Where
from dazzle_infra.templates import Template, answers_for, commit_of, questions_of, resolve_template
from dazzle_infra.templates.trust import UnsafeTemplateError

__all__ = ["RECORDED", "Existing", "Target", "read_existing", "target_of"]

_GONE = {"offline", "template_unreachable"}

RECORDED = "recorded"
"""`--to recorded`: model changes alone, no other version of the template."""


@dataclass(frozen=True)
class Existing:
    """A directory that was made by Copier.

    Attributes:
        backend: Its backend.
        directory: Where it is, POSIX, relative to the project.
        recorded: What its answers file says.
        template: The template and version that made it, at hand.
    """

    backend: Backend
    directory: str
    recorded: Recorded
    template: Template


@dataclass(frozen=True)
class Target:
    """What it is to become.

    Attributes:
        template: The template and version.
        asked: The answers of the model and dazzle.toml.
        kept: What was recorded for the other questions; used as far as this version accepts it.
    """

    template: Template
    asked: Mapping[str, object]
    kept: Mapping[str, object]

    @property
    def answers(self) -> Mapping[str, object]:
        """All of them."""
        return {**self.kept, **self.asked}


def read_existing(application: Application, backend: Backend) -> Existing | None:
    """Return what is there for a backend, or None where its directory was never made.

    Raises:
        PreconditionError: The answers file is lost, broken or edited by hand; its template is gone; its tag has moved.
    """
    directory = backend.directory(application.manifest)
    name = f"{directory}/{ANSWERS_FILE}"
    path = check_place(application.project, name)
    if not path.exists() and not was_made(application.project, directory):
        return None
    recorded = read_recorded(path, name)
    if recorded.is_intact is False:
        raise PreconditionError(
            f"{name} was edited by hand: its answers are not those that it was written with",
            code="answers_edited",
            where=Where(file=name),
            hint="set answers in dazzle.toml; `dazzle infra update --repair` restores the file",
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
            f"{name} is from {recorded.version} of {source}, which is not there any more",
            code="version_gone",
            where=Where(file=name),
            hint=f"ask the template's owner to put the tag back; {error.hint}",
        ) from error
    found = commit_of(template)
    if recorded.commit is not None and recorded.commit != found:
        raise PreconditionError(
            f"the tag {recorded.version} of {source} has moved: it was {recorded.commit[:12]}, now it is {found[:12]}",
            code="tag_moved",
            where=Where(file=name),
            hint="tags are for ever: ask the template's owner to put it back and to release a new version; if the file "
            "was edited by hand, `dazzle infra update --repair` restores it",
        )
    return Existing(backend, directory, recorded, template)


def _recorded_template(application: Application, backend: Backend, recorded: Recorded) -> Template:
    """Return the version that made the directory: from its source, else from wherever else its commit is."""
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
        found = salvage(application, backend, recorded) if error.code in _GONE else None
        if found is None:
            raise
        return found


def _refuse_newer(backend: Backend, recorded: Recorded, name: str) -> None:
    """Say what to do where the embedded template is older than the one that made the directory."""
    if recorded.source != f"git+dazzle-infra://{backend.name}":
        return
    newest = resolve_template(backend.name, None, None, None)
    try:
        is_newer = Version(recorded.version) > Version(newest.version)
    except InvalidVersion:
        is_newer = False
    if is_newer:
        raise PreconditionError(
            f"{name} is from template {recorded.version}, which this dazzle-infra does not have: it ends at "
            f"{newest.version}",
            code="template_newer",
            where=Where(file=name),
            hint="upgrade dazzle-infra",
        )


def target_of(application: Application, existing: Existing, to: str | None) -> Target:
    """Return what an update makes of the directory.

    Args:
        application: The application.
        existing: What is there.
        to: A version, range or branch, or `recorded`: the one that is there; None for what is chosen, else the newest.
    """
    backend, recorded = existing.backend, existing.recorded
    recorded_source = recorded.source.removeprefix("git+")
    choice = choose(application, backend, recorded_source)
    if to == RECORDED:
        template = existing.template
    else:
        source = choice.template or recorded_source
        # What the command line or the answers file names has no line in dazzle.toml.
        place = choice.where if to is None and choice.is_named else None
        ref = to if to is not None else choice.ref
        try:
            template = resolve_template(backend.name, source, ref, application.project, place, application.access)
        except PreconditionError as error:
            if choice.template is None and error.code in _GONE:
                error.where = Where(file=f"{existing.directory}/{ANSWERS_FILE}")
            raise
    computed = backend.answers(application, recorded.answers).model_dump(mode="json")
    asked = answers_for(template, computed, choice.answers, f"infra.{backend.name}.answers", application.manifest.where)
    others = set(questions_of(template)) - set(computed)
    kept = {name: value for name, value in recorded.answers.items() if name in others}
    return Target(template, asked, {name: value for name, value in kept.items() if name not in asked})
