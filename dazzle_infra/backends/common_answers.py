"""The answers that a template gets from the vocabulary, without a backend of its own."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from dazzle_infra.errors import TemplateError
from dazzle_infra.repository.location import repository_of
from dazzle_infra.templates.questions import type_of
from dazzle_infra.values.placement import TOP
from dazzle_infra.workload.labels import APPLICATION_LIMIT
from dazzle_infra.workload.vocabulary import Output, vocabulary

if TYPE_CHECKING:
    from dazzle_infra.backends.application import Application
    from dazzle_infra.backends.base import Backend
    from dazzle_infra.backends.identity import Made

__all__ = ["answers_for", "answers_of_vocabulary"]

_SCALARS: Final[Mapping[type, tuple[str, ...]]] = {
    str: ("str", "path"),
    bool: ("bool",),
    int: ("int",),
    float: ("float",),
}
"""The types of question that hold a value of each scalar type, the usual one first."""

_STRUCTURED: Final = ("yaml", "json")


def answers_of_vocabulary(backend: Backend, application: Application, made: Made) -> dict[str, object]:
    """Return the values of an application's vocabulary that a backend's template asks for.

    Args:
        backend: The backend.
        application: The application.
        made: What was made already, and the questions of the template's version.

    Raises:
        TemplateError: A question has the name of a value, and a type that does not hold it.
        UsageError: A schedule of the model is no cron expression.
    """
    manifest = application.manifest
    directory, project_root = backend.directory(manifest), None
    if directory == TOP and (repository := repository_of(application.project)) is not None:
        top, project = repository.root.resolve(), application.project.resolve()
        directory, project_root = os.path.relpath(top, project), project.relative_to(top).as_posix()
    name = made.name(manifest, APPLICATION_LIMIT)
    environments = backend.settings(manifest).chosen_environments()
    output = Output(directory, name, environments=environments, project_root=project_root)
    told = vocabulary(application.workload, output)
    return answers_for(made.questions or {}, told, made.template)


def answers_for(
    questions: Mapping[str, object], vocabulary: Mapping[str, object], source: str = "the template"
) -> dict[str, object]:
    """Return the values of the vocabulary that a template asks for, by question, in the order of its questions.

    Args:
        questions: The questions of a template, as `templates.questions.questions_of` returns them.
        vocabulary: The values by name, as `workload.vocabulary.vocabulary` returns them.
        source: The template and its version, for messages.

    Returns:
        Plain data that shares nothing with the vocabulary. Questions of other names have no answer: the template's
        defaults and `[infra.….answers]` answer them.

    Raises:
        TemplateError: A question has the name of a value, and a type that does not hold it.
    """
    asked = {name: question for name, question in questions.items() if name in vocabulary}
    for name, question in asked.items():
        found, accepted = type_of(question), _SCALARS.get(type(vocabulary[name]), _STRUCTURED)
        if found not in accepted:
            expected = accepted[0]
            raise TemplateError(
                f"{source}: the question {name} has the type {found}; the vocabulary's {name} has the type {expected}",
                hint=f"write `type: {expected}` in copier.yml, or rename the question",
            )
    return {name: copy.deepcopy(vocabulary[name]) for name in asked}
