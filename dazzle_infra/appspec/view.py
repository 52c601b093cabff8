"""The ground that the views of the IR's constructs stand on."""

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
    # These texts end up in comments and values of generated files: a line break there would be an injection.
    if _CONTROL.search(text):
        raise ValueError("holds a control character")
    return text


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _resolve_parameter(value: object) -> object:
    # A reference to a runtime parameter may stand for a literal; its default is what runs at first.
    return value.get("default") if isinstance(value, dict) else value


Raw = Annotated[str, Strict()]
"""Text that is searched, never shown."""

Label = Annotated[str, Strict(), AfterValidator(_one_line)]
"""Text for people, brought to one line."""

Text = Annotated[str, Strict(), AfterValidator(_refuse_control)]
"""Text of one line."""

Name = Annotated[str, Strict(), StringConstraints(min_length=1), AfterValidator(_refuse_control)]
"""A name: text of one line that is not empty."""

Parameter = Annotated[Text | None, BeforeValidator(_resolve_parameter)]
"""Text, or a reference to a runtime parameter, of which the default counts."""

Whole = Annotated[int, Strict()]
"""A whole number."""


class View(BaseModel):
    """A part of the IR: immutable, unknown keys ignored, `null` the same as absent."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, value: object) -> object:
        return {k: v for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def _locate(value: object, info: ValidationInfo) -> object:
    """Turn the IR's source location into `file:line`, its path made relative by the context's `locate`."""
    if not isinstance(value, dict):
        return value
    file, line = value.get("file"), value.get("line")
    if not isinstance(file, str) or type(line) is not int:
        raise ValueError("must have a file and a line")
    locate = (info.context or {}).get("locate")
    return f"{locate(file) if locate else file}:{line}"


Source = Annotated[Text | None, BeforeValidator(_locate)]
"""`file:line`, or the location as the IR writes it."""


class Construct(View):
    """Something that the DSL names.

    Attributes:
        name: Its name.
        source: `file:line`, where the IR carries it.
    """

    name: Name
    source: Source = Field(default=None, validation_alias=AliasChoices("source", "location"))
