"""The model's own data: entities, what is searched in them, and who shares them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, model_validator

from dazzle_infra.appspec.view import Construct, Name, Text, View

__all__ = ["Domain", "Entity", "FileField", "Search", "Tenancy"]

_FILE_KINDS = frozenset({"document", "file", "image", "media"})
"""Kinds of field that hold a file; versions differ in which they have."""


def _tuple_of_names(value: object) -> object:
    # DAZZLE before 0.61.113 wrote a single name.
    return (value,) if isinstance(value, str) else value


class FieldType(View):
    """The type of a field."""

    kind: Name


class FileField(View):
    """A field that holds a file, or that names a store for it."""

    name: Name
    type: FieldType
    storage: Annotated[tuple[Name, ...], BeforeValidator(_tuple_of_names)] = ()


class Entity(Construct):
    """An entity.

    Attributes:
        domain: `platform` for entities that DAZZLE adds itself.
        fields: The fields that hold files, no others.
    """

    domain: Text | None = None
    fields: tuple[FileField, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _keep_file_fields(cls, value: object) -> object:
        if not isinstance(value, dict) or not isinstance(value.get("fields"), list):
            return value
        # A model has thousands of fields and a handful of files: only those become objects.
        return value | {"fields": [field for field in value["fields"] if _holds_a_file(field)]}

    @property
    def is_platform(self) -> bool:
        """Whether DAZZLE adds it itself."""
        return self.domain == "platform"


def _holds_a_file(field: object) -> bool:
    kind = field.get("type") if isinstance(field, dict) else None
    kind = kind.get("kind") if isinstance(kind, dict) else None
    if not isinstance(field, dict) or not isinstance(kind, str):
        raise ValueError("has a field without a type")
    return kind in _FILE_KINDS or bool(field.get("storage"))


class Domain(View):
    """All entities."""

    entities: tuple[Entity, ...]


class SearchField(View):
    """A field that is searched."""

    path: Name


class Search(View):
    """Full-text search over an entity; it has no name of its own."""

    entity: Name
    fields: tuple[SearchField, ...] = ()


class Isolation(View):
    """How tenants are kept apart."""

    mode: Name = "shared_schema"


class Tenancy(View):
    """Several tenants in one application."""

    isolation: Isolation = Isolation()
