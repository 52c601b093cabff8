"""The keys that a person or an organisation may set for all applications."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dazzle_infra.manifest.names import Ref
from dazzle_infra.manifest.places import TemplatePattern, TemplateSource
from dazzle_infra.manifest.tables import Table

__all__ = ["ConfigTable", "defaults", "flat"]


class BackendDefaults(Table):
    """Which template a backend takes; the keys are those of dazzle.toml."""

    template: TemplateSource | None = None
    ref: Ref | None = None


class CacheTable(Table):
    """How much the cache keeps.

    Attributes:
        max_templates: Templates.
        max_mb: Millions of bytes.
    """

    max_templates: Annotated[int, Field(ge=1, le=10_000)] = 50
    max_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 1000


class ConfigTable(Table):
    """Everything; `[infra]` of config.toml."""

    templates: TemplatePattern | None = None
    offline: bool = False
    docker: BackendDefaults = BackendDefaults()
    terraform: BackendDefaults = BackendDefaults()
    cache: CacheTable = CacheTable()


def flat(table: Table, *, set_only: bool = True) -> dict[str, object]:
    """Return the values by their dotted keys: `docker.template`."""
    found: dict[str, object] = {}
    for name in type(table).model_fields:
        value = getattr(table, name)
        if set_only and name not in table.model_fields_set:
            continue
        if isinstance(value, Table):
            found |= {f"{name}.{key}": inner for key, inner in flat(value, set_only=set_only).items()}
        else:
            found[name] = value
    return found


def defaults() -> dict[str, object]:
    """Return every key with its default."""
    return flat(ConfigTable(), set_only=False)
