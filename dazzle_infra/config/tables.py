"""The keys that the user's file can set for all applications."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import Field, create_model

from dazzle_infra.project.manifest.tables import Table
from dazzle_infra.templates.fetch import MOST_ENTRIES, MOST_MEGABYTES
from dazzle_infra.values.paths import TemplatePattern, TemplateSource
from dazzle_infra.values.refs import Ref

__all__ = ["ConfigTable", "config_model", "defaults", "flat"]


class BackendDefaults(Table):
    """The template of a backend; the keys are those of dazzle.toml."""

    template: TemplateSource | None = None
    ref: Ref | None = None


class CacheTable(Table):
    """The limits of the template cache.

    Attributes:
        max_templates: The number of templates.
        max_mb: Their size, in millions of bytes.
    """

    max_templates: Annotated[int, Field(ge=1, le=10_000)] = MOST_ENTRIES
    max_mb: Annotated[int, Field(ge=1, le=1_000_000)] = MOST_MEGABYTES


class ConfigTable(Table):
    """`[infra]` of config.toml, without the tables of the backends."""

    templates: TemplatePattern | None = None
    offline: bool = False
    cache: CacheTable = CacheTable()


@cache
def config_model(backends: tuple[str, ...]) -> type[ConfigTable]:
    """Return the model of `[infra]` of config.toml with a table for each backend."""
    fields: Any = {
        f"backend_{name.replace('-', '_')}": (BackendDefaults, Field(BackendDefaults(), alias=name))
        for name in backends
    }
    return create_model("ConfigTable", __base__=ConfigTable, **fields)


def flat(table: Table, *, set_only: bool = True) -> dict[str, object]:
    """Return the values of a table by their dotted keys, such as `docker.template`."""
    found: dict[str, object] = {}
    for field, described in type(table).model_fields.items():
        name, value = described.alias or field, getattr(table, field)
        if set_only and field not in table.model_fields_set:
            continue
        if isinstance(value, Table):
            found |= {f"{name}.{key}": inner for key, inner in flat(value, set_only=set_only).items()}
        else:
            found[name] = value
    return found


def defaults(backends: tuple[str, ...]) -> dict[str, object]:
    """Return every key with its default."""
    return flat(config_model(backends)(), set_only=False)
