"""The description of a render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dazzle_infra.templates import Template

__all__ = ["RenderJob"]


@dataclass(frozen=True)
class RenderJob:
    """A render of one template version with answers.

    Attributes:
        template: The template and its version.
        data: Answers that the version must accept; it must ask all these questions.
        recorded: Answers of another version; those that this version does not accept are ignored.
        fallback: Answers in place of those that are ignored; they take precedence over the defaults of the version.
    """

    template: Template
    data: Mapping[str, object] = field(default_factory=dict)
    recorded: Mapping[str, object] | None = None
    fallback: Mapping[str, object] = field(default_factory=dict)
