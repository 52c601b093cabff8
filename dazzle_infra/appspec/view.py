"""Base types of the views of constructs in Dazzle's IR."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

__all__ = ["Construct", "Label", "Name", "Parameter", "Raw", "Source", "Text", "View", "Whole"]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def _refuse_control(text: str) -> str:
    # These texts are rendered into comments and values of generated files, where a line break would be an injection.
    if _CONTROL.search(text):
        raise ValueError("holds a control character")
    return text


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _resolve_parameter(value: object) -> object:
    # The IR can contain a reference to a runtime parameter in place of a literal.
    return value.get("default") if isinstance(value, dict) else value


Raw = Annotated[str, Strict()]
"""Text that is searched but never displayed, so that control characters are allowed."""

Label = Annotated[str, Strict(), AfterValidator(_one_line)]
"""Display text; line breaks and control characters become spaces."""

Text = Annotated[str, Strict(), AfterValidator(_refuse_control)]
"""Text of one line, without control characters."""

Name = Annotated[str, Strict(), StringConstraints(min_length=1), AfterValidator(_refuse_control)]
"""A name: a text of one line that is not empty."""

Parameter = Annotated[Text | None, BeforeValidator(_resolve_parameter)]
"""Text, or a reference to a runtime parameter, which is replaced by its default."""

Whole = Annotated[int, Strict()]
"""A whole number."""


class View(BaseModel):
    """The base class of the views: immutable; unknown keys are ignored, and `null` is the same as a missing key."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: object) -> object:
        return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def _locate(value: object, info: ValidationInfo) -> object:
    """Convert the IR's source location to `file:line`; the context's `locate` makes the path relative."""
    if not isinstance(value, dict):
        return value
    file, line = value.get("file"), value.get("line")
    if not isinstance(file, str) or type(line) is not int:
        raise ValueError("must have a file and a line")
    locate = (info.context or {}).get("locate")
    return f"{locate(file) if locate else file}:{line}"


Source = Annotated[Text | None, BeforeValidator(_locate)]
"""`file:line`; the IR has a text or a table."""


class Construct(View):
    """A construct of the DSL that has a name.

    Attributes:
        name: The name.
        source: `file:line`, if the IR contains it.
    """

    name: Name
    source: Source = Field(default=None, validation_alias=AliasChoices("source", "location"))
