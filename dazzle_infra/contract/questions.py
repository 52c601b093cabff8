"""Checks of `copier.yml`: its questions, and its settings, which must not require trust."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from dazzle_infra.contract.findings import Finding
from dazzle_infra.templates.questions import type_of
from dazzle_infra.templates.trust import refused_settings

__all__ = ["check_questions", "check_settings"]

_FILE = "copier.yml"
_NAMES = {str: "str", bool: "bool", int: "int", float: "float"}


def check_questions(
    questions: Mapping[str, Any], answers: type[BaseModel], upstream: Collection[str] | None
) -> list[Finding]:
    """Check the questions against the answers of dazzle-infra.

    Args:
        questions: The questions, as in `copier.yml`.
        answers: The model of the answers.
        upstream: The questions of the release on which the fork is based; None if there is none.
    """
    found = list(_missing(questions, answers, upstream))
    for name, question in questions.items():
        stated = question if isinstance(question, Mapping) else {"default": question}
        where = f"{_FILE}: {name}"
        for key, reason in (
            ("when", "a skipped question is not recorded, so the next update starts from a different base"),
            ("secret", "a secret answer is not recorded; keep secrets outside the template"),
        ):
            if stated.get(key) not in (None, key == "when"):
                found.append(Finding(f"the question has `{key}`", where, f"remove it: {reason}"))
        if name in answers.model_fields:
            found += _mistyped(where, stated, answers.model_fields[name].annotation)
        elif "default" not in stated:
            found.append(
                Finding(
                    "an added question has no default",
                    where,
                    "add a default that preserves the previous output: updates run without prompts",
                )
            )
    return found


def _missing(
    questions: Mapping[str, Any], answers: type[BaseModel], upstream: Collection[str] | None
) -> Iterator[Finding]:
    for name in answers.model_fields:
        if name in questions:
            continue
        [near] = difflib.get_close_matches(name, [one for one in questions if one not in answers.model_fields], 1) or [
            ""
        ]
        renamed = f"; was it renamed to {near}? Question names must not change" if near else ""
        if upstream is None or name in upstream:
            yield Finding(f"the question {name} is missing", _FILE, f"restore it{renamed or ', even if unused'}")
        else:
            hint = "merge a newer upstream release; until then the answer has no effect"
            yield Finding(f"dazzle-infra answers {name}, which the template does not ask", _FILE, hint, breaks=False)


def _mistyped(where: str, stated: Mapping[str, Any], annotation: object) -> Iterator[Finding]:
    wanted = _wanted_type(annotation)
    given = type_of(stated)
    if given != wanted:
        yield Finding(f"its type is {given}, dazzle-infra answers {wanted}", where, f"`type: {wanted}`")
    choices = stated.get("choices")
    if get_origin(annotation) is Literal and isinstance(choices, list | dict):
        values = list(choices.values()) if isinstance(choices, dict) else choices
        for value in get_args(annotation):
            if value not in values:
                yield Finding(
                    f"{value!r} is missing from the choices, and dazzle-infra may use it", where, "add it to `choices`"
                )


def _wanted_type(annotation: object) -> str:
    """Return the type of question for an answer; a structured answer requires `yaml`."""
    if get_origin(annotation) is Literal:
        return "str"
    return _NAMES.get(annotation, "yaml") if isinstance(annotation, type) else "yaml"


def check_settings(settings: Mapping[str, Any], files: Collection[str]) -> list[Finding]:
    """Check the settings, whose names begin with `_`, for updates without trust and without loss of edits.

    Args:
        settings: All of `copier.yml`, or its settings.
        files: The template's files.
    """
    found = [
        Finding(f"its {refused.key} {refused.why}", f"{_FILE}: {refused.key}", refused.hint)
        for refused in refused_settings(settings)
    ]
    folder = settings.get("_subdirectory")
    if not isinstance(folder, str) or not any(path.startswith(f"{folder.strip('/')}/") for path in files):
        found.append(
            Finding(
                "_subdirectory does not name a directory of the template",
                f"{_FILE}: _subdirectory",
                "`_subdirectory: template`; without it, the README and the workflow are rendered into applications",
            )
        )
    if ".gitmodules" in files:
        hint = "include the files in the template: submodules are not fetched"
        found.append(Finding("the template has a submodule", ".gitmodules", hint))
    return found
