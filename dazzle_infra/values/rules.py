"""Rules for texts in a manifest, each with the message for a text that breaks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

__all__ = ["RefusedError", "Rule"]


class RefusedError(ValueError):
    """A value of a manifest is invalid.

    Attributes:
        says: What is wrong, as the rest of a sentence that begins with the key.
        hint: What to do, or None.
    """

    def __init__(self, says: str, hint: str | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.hint = hint


@dataclass(frozen=True)
class Rule:
    """A rule for a text, used in the type of a field: `Annotated[str, Rule(...)]`.

    Attributes:
        pattern: A regular expression for the whole text, in the subset that JSON Schema shares with Python.
        says: The rule, as the rest of a sentence that begins with the key.
        hint: Why, or an example; or None.
        longest: The largest number of characters.
    """

    pattern: str
    says: str
    hint: str | None = None
    longest: int = 255

    def check(self, value: str) -> str:
        """Return the value unchanged if it keeps the rule.

        Raises:
            RefusedError: The value breaks the rule.
        """
        if len(value) > self.longest or re.fullmatch(self.pattern, value) is None:
            raise RefusedError(self.says, self.hint)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make pydantic check the rule after the type."""
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Add the rule to the JSON schema, which editors read."""
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$", "maxLength": self.longest}
