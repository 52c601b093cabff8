"""The limit of a template version for the length of the application's name."""

from __future__ import annotations

from dazzle_infra.templates import Template
from dazzle_infra.templates.questions import longest_name
from dazzle_infra.values.names import NameLimit

__all__ = ["name_limit"]


def name_limit(template: Template) -> NameLimit | None:
    """Return the limit of a template version for the application's name, or None if it declares none.

    A version without a declared limit was released before shortened names ended in a digest.
    """
    found = longest_name(template, "app_name")
    return NameLimit(*found) if found is not None else None
