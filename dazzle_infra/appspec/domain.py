"""Views of entities, search and tenancy."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, model_validator

from dazzle_infra.appspec.view import Construct, Name, Text, View

__all__ = ["Domain", "Entity", "FileField", "Search", "Tenancy", "TenantHost"]

_FILE_KINDS = frozenset({"document", "file", "image", "media"})
"""Kinds of field that hold a file; each version of Dazzle has some of them."""


def _tuple_of_names(value: object) -> object:
    # Dazzle before 0.61.113 wrote a single name.
    return (value,) if isinstance(value, str) else value


class FieldType(View):
    """The type of a field."""

    kind: Name


class FileField(View):
    """A field that holds a file, or that names a store for it."""

    name: Name
    type: FieldType
    storage: Annotated[tuple[Name, ...], BeforeValidator(_tuple_of_names)] = ()


class TenantHost(View):
    """Tenants that are identified by the host name of a request.

    Attributes:
        domain: The domain below which each tenant has a host name.
        canonical_hosts: Hosts of the application that belong to no tenant.
        topology: `provider_subdomain` if a tenant's host is `SLUG.domain`.
    """

    domain: Text | None = None
    canonical_hosts: tuple[Text, ...] = ()
    topology: Text = ""


class Entity(Construct):
    """An entity.

    Attributes:
        domain: `platform` for entities that Dazzle adds itself.
        fields: Only the fields that hold files.
        tenant_host: How requests select a row of the entity as the tenant.
    """

    domain: Text | None = None
    fields: tuple[FileField, ...] = ()
    tenant_host: TenantHost | None = None

    @model_validator(mode="before")
    @classmethod
    def _keep_file_fields(cls, value: object) -> object:
        if not isinstance(value, dict) or not isinstance(value.get("fields"), list):
            return value
        # A model has thousands of fields and a handful of files: only those become objects.
        return value | {"fields": [field for field in value["fields"] if _holds_a_file(field)]}

    @property
    def is_platform(self) -> bool:
        """Whether Dazzle adds the entity itself."""
        return self.domain == "platform"


def _holds_a_file(field: object) -> bool:
    if not isinstance(field, dict):
        raise ValueError("has a field that is not an object")
    name = f" {field['name']}" if isinstance(field.get("name"), str) else ""
    found = field.get("type")
    if found is None:
        raise ValueError(f"has a field{name} without a type")
    if not isinstance(found, dict):
        raise ValueError(f"has a field{name} whose type is not an object")
    kind = found.get("kind")
    if not isinstance(kind, str):
        raise ValueError(f"has a field{name} whose type has no kind")
    return kind in _FILE_KINDS or bool(field.get("storage"))


class Domain(View):
    """All entities."""

    entities: tuple[Entity, ...]


class SearchField(View):
    """A field that is searched."""

    path: Name


class Search(View):
    """Full-text search over an entity. It has no name of its own."""

    entity: Name
    fields: tuple[SearchField, ...] = ()


class Isolation(View):
    """The mode in which tenants are isolated."""

    mode: Name = "shared_schema"


class Tenancy(View):
    """Several tenants in one application."""

    isolation: Isolation = Isolation()
