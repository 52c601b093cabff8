"""The questions that a version of a template asks."""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from dazzle_infra.errors import ManifestError, TemplateError, Where
from dazzle_infra.templates.contents import file_of
from dazzle_infra.templates.copier_file import COPIER_FILE, merged, parse_copier_file
from dazzle_infra.templates.fields import fields_of
from dazzle_infra.templates.fitting import Fitted, fit
from dazzle_infra.templates.source import Place, Template

__all__ = ["answers_for", "config_of", "known_answers", "longest_name", "questions_of", "type_of"]

_LENGTH = re.compile(r"\b(\w+) *\| *length *> *([0-9]{1,4})\b")
_NATIVE: Mapping[type, str] = {str: "str", bool: "bool", int: "int", float: "float"}
_SHORTEST_LIMIT = 12
"""The shortest usable limit; a shorter one leaves no room for a digest at the end of a shortened name."""


@cache
def config_of(template: Template) -> Mapping[str, Any]:
    """Return the content of `copier.yml` of a version: questions, and settings, whose names begin with `_`.

    Raises:
        TemplateError: There is no `copier.yml` at the root, or it is not a YAML mapping.
    """
    where = f"{template.source} {template.version}"
    text = file_of(template, COPIER_FILE)
    if text is None:
        raise TemplateError(f"{where} has no {COPIER_FILE}", hint="name the repository of a Copier template")
    return merged(parse_copier_file(text, where))


def questions_of(template: Template) -> dict[str, Any]:
    """Return the questions of a version by name, as in `copier.yml`.

    Raises:
        TemplateError: There is no `copier.yml` at the root, or it is not a YAML mapping.
    """
    return {name: question for name, question in config_of(template).items() if not name.startswith("_")}


def type_of(question: object) -> str:
    """Return the type of a question as `copier.yml` states it: `str`, `bool`, `int`, `float`, `json`, `path` or `yaml`.

    A question without a type has that of its default, as Copier's documentation states ("Advanced prompt formatting").
    """
    stated = question if isinstance(question, Mapping) else {"default": question}
    kind = stated.get("type") or _NATIVE.get(type(stated.get("default")), "yaml")
    return f"multiselect {kind}" if stated.get("multiselect") else str(kind)


def known_answers(template: Template, computed: Mapping[str, object]) -> Fitted:
    """Return the computed answers to questions that a version asks, with only the fields that it knows.

    Raises:
        TemplateError: `copier.yml` or `answer-fields.yml` of that version cannot be read.
    """
    questions = questions_of(template)
    asked = {name: value for name, value in computed.items() if name in questions}
    fitted = fit(asked, fields_of(template) or {})
    return replace(fitted, unknown=(*((name,) for name in computed if name not in questions), *fitted.unknown))


def longest_name(template: Template, question: str) -> tuple[int, bool] | None:
    """Return the limit of a version for the length of the answer to a question that is a name.

    `_longest_names` in `copier.yml` declares it. In releases before that setting, it is in the question's validator,
    as `NAME | length > 20`.

    Returns:
        The largest number of characters, and whether `_longest_names` declares it; None if there is no limit.
    """
    declared = config_of(template).get("_longest_names")
    limit = declared.get(question) if isinstance(declared, Mapping) else None
    if isinstance(limit, int) and limit >= _SHORTEST_LIMIT:
        return limit, True
    stated = questions_of(template).get(question)
    validator = stated.get("validator") if isinstance(stated, Mapping) else None
    found = _LENGTH.search(validator) if isinstance(validator, str) else None
    is_usable = found is not None and found[1] == question and int(found[2]) >= _SHORTEST_LIMIT
    return (int(found[2]), False) if found is not None and is_usable else None


def answers_for(
    template: Template,
    computed: Mapping[str, object],
    chosen: Mapping[str, object],
    section: str,
    where: Place | None = None,
) -> Fitted:
    """Return the answers for a version: the computed answers, fitted to it, and the chosen ones.

    Args:
        template: The template and its version.
        computed: The answers computed from the model and the manifest.
        chosen: `[infra.NAME.answers]`: answers to questions that a fork added; they are passed on unchanged.
        section: The name of that table, for messages.
        where: Returns the location of a key of dazzle.toml.

    Raises:
        ManifestError: A chosen answer is for an unknown question, or for one whose answer is computed.
        TemplateError: `copier.yml` or `answer-fields.yml` of that version cannot be read.
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
    known = known_answers(template, computed)
    return replace(known, answers={**known.answers, **copy.deepcopy(dict(chosen))})
