"""The settings of a run. An option takes precedence over a variable, dazzle.toml, the user's file and the default."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import cast

from dazzle_infra.config.layers import Layer, layer_of_words
from dazzle_infra.config.tables import defaults
from dazzle_infra.config.user import layer_of_user
from dazzle_infra.config.variables import layer_of_variables
from dazzle_infra.project.manifest import BackendTables
from dazzle_infra.templates import Access

__all__ = ["Config", "read_config"]


@dataclass(frozen=True)
class Config:
    """The settings outside dazzle.toml; without arguments, the defaults.

    Attributes:
        options: The settings of the command line.
        variables: The settings of environment variables.
        user: The settings of the user's file.
    """

    options: Layer = field(default_factory=lambda: Layer("option"))
    variables: Layer = field(default_factory=lambda: Layer("variable"))
    user: Layer = field(default_factory=lambda: Layer("user"))

    def access(self) -> Access:
        """Return the access of a run to templates: whether it is offline, and the limits of the cache."""
        return Access(
            offline=bool(self._value("offline")),
            most_entries=cast(int, self._value("cache.max_templates")),
            most_megabytes=cast(int, self._value("cache.max_mb")),
        )

    def _value(self, key: str) -> object:
        layers = (self.options, self.variables, self.user)
        return next((layer.values[key] for layer in layers if key in layer.values), defaults(())[key])


def read_config(tables: BackendTables, *, template: str | None = None, offline: bool = False) -> Config:
    """Read the settings outside dazzle.toml.

    Args:
        tables: The tables that the backends bring.
        template: The value of `--template`, for every backend of the run.
        offline: Whether `--offline` was given.

    Raises:
        UsageError: An option, a variable or the user's file has an invalid value.
        PreconditionError: The user's file cannot be read.
    """
    words: dict[str, tuple[str, object]] = {"offline": ("--offline", True)} if offline else {}
    if template is not None:
        keys = (
            ("templates",)
            if "{name}" in template
            else tuple(f"{name}.template" for name in (*tables.names, *tables.custom))
        )
        words |= dict.fromkeys(keys, ("--template", template))
    return Config(
        layer_of_words("option", words, tables), layer_of_variables(os.environ, tables), layer_of_user(tables)
    )
