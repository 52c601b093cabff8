"""The questions that a version of a template asks."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from dazzle_infra.errors import ManifestError, TemplateError, Where
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.plain_yaml import read_yaml
from dazzle_infra.templates.source import Place, Template

__all__ = ["answers_for", "config_of", "questions_of"]


@cache
def config_of(template: Template) -> Mapping[str, Any]:
    """Return all that `copier.yml` says at that version: questions, and settings, whose names begin with `_`.

    Raises:
        TemplateError: There is no `copier.yml` at its root, or it is no YAML mapping.
    """
    where = f"{template.source} {template.version}"
    text = run_git(
        "show",
        f"{template.revision}:copier.yml",
        environment=isolated_environment(),
        repository=template.repository,
    )
    try:
        documents = read_yaml(text)
    except yaml.YAMLError as error:
        raise TemplateError(
            f"the copier.yml of {where} is no YAML", hint="mend the file, or tell the template's owner"
        ) from error
    if not all(isinstance(document, dict) for document in documents):
        raise TemplateError(f"the copier.yml of {where} is no mapping", hint="it has a key for each question")
    return {str(key): value for document in documents for key, value in document.items()}


def questions_of(template: Template) -> dict[str, Any]:
    """Return the questions of that version of the template, by name, as `copier.yml` states them.

    Raises:
        TemplateError: There is no `copier.yml` at its root, or it is no YAML mapping.
    """
    return {name: question for name, question in config_of(template).items() if not name.startswith("_")}


def answers_for(
    template: Template,
    computed: Mapping[str, object],
    chosen: Mapping[str, object],
    section: str,
    where: Place | None = None,
) -> dict[str, object]:
    """Return what the template is told: computed answers, limited to its questions, and those that a person chose.

    Args:
        template: The template and its version.
        computed: The answers of the model and the manifest.
        chosen: `[infra.NAME.answers]`: questions that a fork added.
        section: The name of that table, for messages.
        where: Tells the place of a key of dazzle.toml.

    Raises:
        ManifestError: A chosen answer is for no question, or for one that is computed.
    """
    questions = questions_of(template)
    for name in chosen:
        place = where(*section.split("."), name) if where else Where(file="dazzle.toml", key=f"[{section}] {name}")
        if name in computed:
            raise ManifestError(
                f"[{section}] {name} is computed from the model and dazzle.toml",
                where=place,
                hint="set the key of dazzle.toml that it comes from, and remove it here",
            )
        if name not in questions:
            near = difflib.get_close_matches(name, [question for question in questions if question not in computed], 1)
            asked = f"{template.url} {template.version}"
            raise ManifestError(
                f"[{section}] {name}: {asked} has no such question" + (f"; did you mean {near[0]}?" if near else ""),
                where=place,
                hint="remove it, or choose a template that asks it",
            )
    return {**{name: value for name, value in computed.items() if name in questions}, **chosen}
