"""The target of an update: the template version and the answers of a backend's files afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.identity import Made
from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.operations.answering import given_answers
from dazzle_infra.operations.choice import choose
from dazzle_infra.operations.existing import GONE, Existing
from dazzle_infra.operations.limits import name_limit
from dazzle_infra.templates import Template, commit_of, questions_of, resolve_template

__all__ = ["RECORDED", "RequestedChanges", "Target", "moves_template", "target_of"]

RECORDED = "recorded"
"""The value of `--to` for an update to model changes alone, with the same version of the template."""


@dataclass(frozen=True)
class RequestedChanges:
    """Changes that an update makes only at the user's request.

    Attributes:
        retire: Names of environments that are no longer in dazzle.toml and whose folders are removed.
        rename: Whether the application gets the present name in dazzle.toml.
        relocate: Names of environments that get their present region in dazzle.toml.
    """

    retire: Sequence[str] = ()
    rename: bool = False
    relocate: Sequence[str] = ()


@dataclass(frozen=True)
class Target:
    """The state after an update.

    Attributes:
        template: The template and version.
        made: The existing files' answers, and which of them may change.
        asked: The answers from the model and dazzle.toml.
        kept: The recorded answers to the other questions; used if this version accepts them.
        ignored: The keys of dazzle.toml that have no effect because this version does not know them.
    """

    template: Template
    made: Made
    asked: Mapping[str, object]
    kept: Mapping[str, object]
    ignored: tuple[Where, ...] = ()

    @property
    def answers(self) -> Mapping[str, object]:
        """All answers."""
        return {**self.kept, **self.asked}


def moves_template(existing: Existing, target: Target) -> bool:
    """Return whether an update changes the template or its version."""
    old, new = existing.template, target.template
    if old.source != new.source:
        return True
    # Two tags of one commit are one version; git may give Copier either of them.
    return old.version != new.version and commit_of(old) != commit_of(new)


def target_of(application: Application, existing: Existing, to: str | None, requested: RequestedChanges) -> Target:
    """Return the state of the files after an update.

    Args:
        application: The application.
        existing: The existing files.
        to: A version, range or branch, or `recorded` for the recorded version; None for the chosen or the newest one.
        requested: Changes that an update makes only at the user's request.
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
            if choice.template is None and error.code in GONE:
                error.where = Where(file=existing.place.answers)
            raise
    made = Made(recorded.answers, requested.rename, frozenset(requested.relocate), name_limit(template))
    given = given_answers(application, backend, template, choice.answers, made)
    others = set(questions_of(template)) - set(given.computed)
    kept = {name: value for name, value in recorded.answers.items() if name in others and name not in given.answers}
    return Target(template, made, given.answers, kept, given.ignored)
