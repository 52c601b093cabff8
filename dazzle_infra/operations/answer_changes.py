"""Changes of answers, with the evidence of each difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from dazzle_infra.backends.answer_differences import Difference, differences
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.provenance import cause_of, is_general
from dazzle_infra.errors import TemplateError
from dazzle_infra.operations.existing import Existing
from dazzle_infra.operations.target import Target, moves_template
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.templates.plain_yaml import read_yaml
from dazzle_infra.values.trees import Tree

__all__ = ["AnswerChange", "answer_changes"]

_NAMED = 3


@dataclass(frozen=True)
class AnswerChange:
    """The change of one answer.

    Attributes:
        name: The question.
        before: The recorded answer; None if the recorded version did not ask the question.
        after: The new answer; None if the new version does not ask the question.
        because: The source of the new answer.
        is_internal: Whether the change does not concern the user: the other version does not ask the question, and the
            answer is empty, or neither evidence nor a key of dazzle.toml sets it.
        differences: The differences of entries and keys, if both answers are lists of tables; else empty.
        cause: What of the project changed.
    """

    name: str
    before: object
    after: object
    because: str
    is_internal: bool = False
    differences: tuple[Difference, ...] = ()
    cause: str = "the project"


def answer_changes(
    application: Application, existing: Existing, target: Target, trees: Sequence[Tree]
) -> list[AnswerChange]:
    """Return the changes of answers by an update, sorted by name.

    Args:
        application: The application.
        existing: The existing files.
        target: The target of the update.
        trees: The renders, of which the last is that of the new version; empty if nothing was rendered.

    Raises:
        TemplateError: The template renders an invalid answers file.
    """
    recorded, backend = existing.recorded.answers, existing.backend
    moves = moves_template(existing, target)
    # The default answers of a version are only known from its render.
    final = {**target.answers, **(_answers_in(trees[-1]) if moves else {}), **target.asked}
    changed = []
    for name in sorted({*recorded, *final}):
        before, after = recorded.get(name), final.get(name)
        if name in final and (name not in recorded or before != after):
            if name in target.asked:
                is_new = name not in recorded
                changed.append(_answer_change(application, backend, name, before, after, is_new=is_new))
            else:
                is_internal = name not in recorded
                changed.append(AnswerChange(name, before, after, "the template's default", is_internal))
        elif name not in final and moves:
            changed.append(AnswerChange(name, before, None, "not asked by this version", is_internal=not before))
    return changed


def _answers_in(tree: Tree) -> Mapping[str, object]:
    try:
        document = next(iter(read_yaml(tree[ANSWERS_FILE].content)), None) if ANSWERS_FILE in tree else None
    except yaml.YAMLError as error:
        raise TemplateError(
            f"the template renders an invalid {ANSWERS_FILE}", hint="report it to the template's owner"
        ) from error
    answers = document if isinstance(document, dict) else {}
    return {str(name): value for name, value in answers.items() if not str(name).startswith("_")}


def _answer_change(
    application: Application, backend: Backend, name: str, before: object, after: object, *, is_new: bool
) -> AnswerChange:
    """Return a change of a computed answer, with the evidence of each difference.

    Args:
        application: The application.
        backend: The backend that asks.
        name: The question.
        before: The recorded answer.
        after: The new one.
        is_new: Whether the recorded version did not ask the question.
    """
    found = [replace(one, because=backend.because(name, application, one)) for one in differences(before, after) or ()]
    reasons = list(dict.fromkeys(one.because for one in found)) or [backend.because(name, application)]
    more = f" (+{len(reasons) - _NAMED} more)" if len(reasons) > _NAMED else ""
    because = "; ".join(reasons[:_NAMED]) + more
    is_internal = is_new and (not after or is_general(because))
    return AnswerChange(name, before, after, because, is_internal, tuple(found), cause_of(reasons))
