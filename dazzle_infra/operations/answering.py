"""The answers that dazzle-infra gives to a template version for an application."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.registry import application_for
from dazzle_infra.errors import TemplateError, Where
from dazzle_infra.plugins.calls import PluginError
from dazzle_infra.templates import Template, answers_for, questions_of, source_of, versions_of
from dazzle_infra.templates.fitting import FieldPath, Misfit

__all__ = ["Given", "computed_answers", "given_answers"]


@dataclass(frozen=True)
class Given:
    """The answers for a version.

    Attributes:
        computed: All answers computed from the model and dazzle.toml, whether the version knows them or not.
        answers: The computed answers that the version knows, and the answers of `[infra.NAME.answers]`.
        ignored: The keys of dazzle.toml that have no effect because the version does not know them.
    """

    computed: Mapping[str, object]
    answers: dict[str, object]
    ignored: tuple[Where, ...]


def given_answers(
    application: Application,
    backend: Backend,
    template: Template,
    chosen: Mapping[str, object],
    made: Made,
) -> Given:
    """Return the answers for a template version.

    Args:
        application: The application.
        backend: The backend.
        template: The template and its version.
        chosen: `[infra.NAME.answers]`.
        made: The existing files' answers, and the limits of the version.

    Raises:
        ManifestError: A chosen answer is for an unknown question, or for one whose answer is computed.
        TemplateError: The version does not accept a value, or its files cannot be read.
    """
    computed = computed_answers(application, backend, template, made)
    _refuse_unasked(backend, template, computed)
    section = ".".join((*backend.table, "answers"))
    fitted = answers_for(template, computed, chosen, section, application.manifest.where)
    for misfit in fitted.misfits:
        raise _refused(application, backend, template, misfit)
    places = [_place(application, backend, path) for path in fitted.unknown]
    return Given(computed, fitted.answers, tuple(dict.fromkeys(place for place in places if place is not None)))


def computed_answers(application: Application, backend: Backend, template: Template, made: Made) -> dict[str, object]:
    """Return the answers that a backend computes for a version of its template, as plain data."""
    asked = f"{template.url} {template.version}"
    application = application_for(backend, application)
    return backend.computed(application, replace(made, questions=questions_of(template), template=asked))


def _refuse_unasked(backend: Backend, template: Template, computed: Mapping[str, object]) -> None:
    """Refuse answers of another package for questions that the newest release of its own template does not ask.

    Older releases, and forks, need not ask all questions.

    Raises:
        PluginError: There is such an answer.
    """
    if not backend.origin or template.url != source_of(backend.name, backend.source, None):
        return
    unasked = [name for name in computed if name not in questions_of(template)]
    if unasked and template.version == versions_of(template.repository)[-1]:
        raise PluginError(
            f"the backend {backend.name} of {backend.origin} answers {', '.join(unasked)}, which its template "
            f"{template.url} {template.version} does not ask",
            hint="report the error to the authors of the package",
        )


def _place(application: Application, backend: Backend, path: FieldPath) -> Where | None:
    """Return the location of the key of dazzle.toml that sets a field, or None if no key sets it."""
    manifest = application.manifest
    return next((manifest.where(*key) for key in backend.keys_of(path) if manifest.says(*key)), None)


def _refused(application: Application, backend: Backend, template: Template, misfit: Misfit) -> TemplateError:
    """Return the error for a value that the version does not accept."""
    where = _place(application, backend, misfit.path)
    value, asked = json.dumps(misfit.value, ensure_ascii=False), f"{template.url} {template.version}"
    source = (where.key if where else None) or backend.because(misfit.path[0], application)
    return TemplateError(
        f"{asked} does not accept {'.'.join(misfit.path)} = {value}; it accepts {misfit.accepted}",
        code="template_answer",
        where=where,
        hint=f"use a newer release of the template, or change the value at its source: {source}",
    )
