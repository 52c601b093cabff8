"""Answers of a later dazzle-infra: one field more in every record, at every depth."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, create_model

from dazzle_infra.backends.answers import Answers

__all__ = ["NEW", "grown", "later"]

NEW = "brand_new"
"""The field that the records have more."""


def _grown(annotation: Any) -> Any:
    """Return the type with every model in it grown."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return later(annotation)
    arguments = get_args(annotation)
    if arguments and isinstance(arguments[0], type) and issubclass(arguments[0], BaseModel):
        return list[later(arguments[0])]  # type: ignore[misc]
    return annotation


def later(model: type[BaseModel]) -> type[BaseModel]:
    """Return a model whose records have a field more, as a later dazzle-infra may have it."""
    fields: dict[str, Any] = {
        name: (_grown(field.annotation), ... if field.is_required() else field.get_default())
        for name, field in model.model_fields.items()
    }
    fields[NEW] = (str, "a value")
    grown_model: type[BaseModel] = create_model(f"Later{model.__name__}", **fields)
    return grown_model


def grown(answers: Answers) -> BaseModel:
    """Return the answers as a later dazzle-infra would give them."""
    return later(type(answers)).model_validate(answers.model_dump(mode="json"))
