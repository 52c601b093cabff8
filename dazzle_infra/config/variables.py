"""Settings by environment variables, whose names are `DAZZLE_INFRA_` and the key, such as `DAZZLE_INFRA_DOCKER_REF`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dazzle_infra.cache.location import CACHE_DIR
from dazzle_infra.config.layers import Layer, layer_of_words
from dazzle_infra.config.tables import defaults
from dazzle_infra.errors import UsageError, Where
from dazzle_infra.project.manifest import BackendTables
from dazzle_infra.values.words import nearest

__all__ = ["ALLOW_HOOKS", "layer_of_variables", "unknown_variables", "variable"]

ALLOW_HOOKS = "DAZZLE_INFRA_ALLOW_HOOKS"
"""The variable with digests of executable hooks that may run, for machines without an interactive user."""

_PREFIX = "DAZZLE_INFRA_"
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def variable(key: str) -> str:
    """Return the name of the variable for a key."""
    return _PREFIX + re.sub("[.-]", "_", key.upper())


def layer_of_variables(environment: Mapping[str, str], tables: BackendTables) -> Layer:
    """Return the layer of the variables; empty variables are ignored.

    Raises:
        UsageError: A value is invalid.
    """
    words = {
        key: (variable(key), _value(variable(key), environment[variable(key)], default))
        for key, default in defaults(tables.names).items()
        if environment.get(variable(key))
    }
    return layer_of_words("variable", words, tables)


def _value(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in _WORDS:
            raise UsageError(f"{name} must be 1 or 0; found {text!r}", where=Where(key=name), code="configuration")
        return _WORDS[text.lower()]
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise UsageError(f"{name} must be a whole number", where=Where(key=name), code="configuration")
        return int(text)
    return text


def unknown_variables(environment: Mapping[str, str], tables: BackendTables) -> dict[str, str | None]:
    """Return unknown variables with the prefix of dazzle-infra, each with the most similar known one."""
    known = {ALLOW_HOOKS, CACHE_DIR, *(variable(key) for key in defaults(tables.names))}
    unknown = sorted(name for name in environment if name.startswith(_PREFIX) and name not in known)
    return {name: nearest(name, known) for name in unknown}
