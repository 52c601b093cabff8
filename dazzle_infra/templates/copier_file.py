"""Reading `copier.yml`: the questions and settings of a version of a template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates.plain_yaml import read_yaml

__all__ = ["COPIER_FILE", "merged", "parse_copier_file"]

COPIER_FILE = "copier.yml"

_LISTS = frozenset({"_exclude", "_jinja_extensions", "_secret_questions", "_skip_if_exists"})
"""Settings whose lists Copier joins if a file has several documents; of other keys it uses the last value."""


def parse_copier_file(text: bytes | str, name: str) -> list[dict[str, Any]]:
    """Return the documents of a `copier.yml`.

    Args:
        text: Its content.
        name: The template and its version, for messages.

    Raises:
        TemplateError: The text is not plain YAML, or a document is not a mapping.
    """
    try:
        documents = read_yaml(text)
    except yaml.YAMLError as error:
        tag = re.search(r"could not determine a constructor for the tag '([^']{1,100})'", str(error))
        why = f"it has the tag {tag[1]!a}" if tag else getattr(error, "problem", None) or str(error)
        raise TemplateError(
            f"the copier.yml of {name} is refused: {why}", hint="use plain YAML in a single file"
        ) from error
    if not all(isinstance(document, dict) for document in documents):
        raise TemplateError(f"the copier.yml of {name} is not a mapping", hint="it must have one key per question")
    return [{str(key): value for key, value in document.items()} for document in documents]


def merged(documents: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the documents of a `copier.yml` as one mapping, merged in the same way as Copier merges them."""
    found: dict[str, Any] = {}
    for document in documents:
        for key, value in document.items():
            is_joined = key in _LISTS and isinstance(value, list) and isinstance(found.get(key), list)
            found[key] = [*found[key], *value] if is_joined else value
    return found
