"""What `copier.yml` has to say: the questions that dazzle-infra answers, and settings that need nobody's trust."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from dazzle_infra.answers import Answers
from dazzle_infra.contract.findings import Finding
from dazzle_infra.templates.trust import refused_settings

__all__ = ["check_questions", "check_settings"]

_FILE = "copier.yml"
_NAMES = {str: "str", bool: "bool", int: "int", float: "float"}


def check_questions(
    questions: Mapping[str, Any], answers: type[Answers], upstream: Collection[str] | None
) -> list[Finding]:
    """Hold the questions to the answers that dazzle-infra gives.

    Args:
        questions: The questions, as `copier.yml` states them.
        answers: The model of the answers.
        upstream: What the release that the fork stands on asks; None where it stands on none.
    """
    found = list(_missing(questions, answers, upstream))
    for name, question in questions.items():
        stated = question if isinstance(question, Mapping) else {"default": question}
        where = f"{_FILE}: {name}"
        for key, reason in (
            ("when", "a question that is not asked is not recorded, and the next update starts from another base"),
            ("secret", "a secret answer is not recorded; hold secrets outside the template"),
        ):
            if stated.get(key) not in (None, key == "when"):
                found.append(Finding(f"the question has `{key}`", where, f"remove it: {reason}"))
        if name in answers.model_fields:
            found += _mistyped(where, stated, answers.model_fields[name].annotation)
        elif "default" not in stated:
            found.append(
                Finding(
                    "a question of your own has no default",
                    where,
                    "give it one that renders what was rendered before: applications update without being asked",
                )
            )
    return found


def _missing(
    questions: Mapping[str, Any], answers: type[Answers], upstream: Collection[str] | None
) -> Iterator[Finding]:
    for name in answers.model_fields:
        if name in questions:
            continue
        [near] = difflib.get_close_matches(name, [one for one in questions if one not in answers.model_fields], 1) or [
            ""
        ]
        renamed = f"; is it {near} now? A question keeps its name" if near else ""
        if upstream is None or name in upstream:
            yield Finding(f"the question {name} is missing", _FILE, f"put it back{renamed or ', unused if need be'}")
        else:
            hint = "merge a newer upstream release; until then its answer goes nowhere"
            yield Finding(f"dazzle-infra answers {name}, which is not asked yet", _FILE, hint, breaks=False)


def _mistyped(where: str, stated: Mapping[str, Any], annotation: object) -> Iterator[Finding]:
    wanted = _wanted_type(annotation)
    given = stated.get("type") or _NAMES.get(type(stated.get("default")), "yaml")
    if given != wanted:
        yield Finding(f"its type is {given}, dazzle-infra answers {wanted}", where, f"`type: {wanted}`")
    choices = stated.get("choices")
    if get_origin(annotation) is Literal and isinstance(choices, list | dict):
        values = list(choices.values()) if isinstance(choices, dict) else choices
        for value in get_args(annotation):
            if value not in values:
                yield Finding(f"{value!r} is no choice, and dazzle-infra may answer it", where, "add it to `choices`")


def _wanted_type(annotation: object) -> str:
    """Return the type of question that holds such an answer; everything structured is YAML."""
    if get_origin(annotation) is Literal:
        return "str"
    return _NAMES.get(annotation, "yaml") if isinstance(annotation, type) else "yaml"


def check_settings(settings: Mapping[str, Any], files: Collection[str]) -> list[Finding]:
    """Hold the settings, whose names begin with `_`, to what updates without trust and without loss need.

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
                "_subdirectory names no folder of the template",
                f"{_FILE}: _subdirectory",
                "`_subdirectory: template`; without it, the README and the workflow are rendered into applications",
            )
        )
    if ".gitmodules" in files:
        hint = "put its files into the template itself: submodules are not fetched"
        found.append(Finding("the template has a submodule", ".gitmodules", hint))
    return found
