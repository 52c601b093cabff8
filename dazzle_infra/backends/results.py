"""What methods of a backend of another package return: values of the types that the base class states."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.contributions import DeployTarget, ImageBuild
from dazzle_infra.backends.file_checks import FileCheck
from dazzle_infra.backends.impact import Impact
from dazzle_infra.backends.tools import Tool

__all__ = ["WrongResultError", "checked"]

_DEEPEST: Final = 20
"""Levels of lists and mappings in an answer."""

_RESULTS: Final = {kind.__name__: kind for kind in (DeployTarget, FileCheck, ImageBuild, Impact, Tool)}
"""Types of results that the module of `Backend` does not import."""

_ANSWERS: Final = ("answers", "computed", "vocabulary")


class WrongResultError(Exception):
    """A method returned a value of another type than `Backend` states; the message is a predicate about the method."""


def checked(method: str, result: object) -> object:
    """Return what a method returned, as a value of the type that `Backend` states for the method.

    Args:
        method: The name of the method.
        result: What it returned.

    Raises:
        WrongResultError: It is a value of another type, or contains answers that YAML or JSON cannot represent.
    """
    if method in _ANSWERS:
        return _plain_answers(result)
    if method in ("settings", "validate"):
        return result
    try:
        return _adapter(method).validate_python((result,))[0]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        expected = str(getattr(Backend, method).__annotations__["return"])
        says = f"{place}: {first['msg']}" if place else first["msg"]
        raise WrongResultError(f"returned something else than {expected}: {says}") from None


@cache
def _adapter(method: str) -> TypeAdapter[tuple[Any]]:
    stated = get_type_hints(getattr(Backend, method), localns=_RESULTS)["return"]
    kind: Any = tuple.__class_getitem__((stated,))
    # The configuration reaches dataclasses only inside of another type.
    return TypeAdapter(kind, config=ConfigDict(arbitrary_types_allowed=True, revalidate_instances="always"))


def _plain_answers(result: object) -> dict[str, object]:
    if isinstance(result, BaseModel):
        result = result.model_dump(mode="json")
    if not isinstance(result, Mapping):
        raise WrongResultError(f"returned {type(result).__name__}, not a mapping of answers")
    answers: dict[str, object] = {}
    for name, value in result.items():
        if not isinstance(name, str):
            raise WrongResultError(f"returned an answer whose name is {name!r}, not a text")
        answers[str(name)] = _plain(value, name, 1)
    return answers


def _plain(value: object, path: str, depth: int) -> object:
    """Return a copy of an answer that shares nothing with it.

    Raises:
        WrongResultError: The answer is no plain data, contains a number that is not finite, or is nested too deep.
    """
    if depth > _DEEPEST:
        raise WrongResultError(f"returned more than {_DEEPEST} levels in the answer {path.partition('.')[0]}")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise WrongResultError(f"returned {value} as the answer {path}, not a finite number")
        return float(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise WrongResultError(f"returned the key {key!r} in the answer {path}, not a text")
        return {str(key): _plain(inner, f"{path}.{key}", depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{path}.{place}", depth + 1) for place, inner in enumerate(value)]
    kind = type(value).__name__
    raise WrongResultError(
        f"returned {kind} as the answer {path}, not text, a number, true or false, a list or a mapping"
    )
