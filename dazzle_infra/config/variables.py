"""Variables of the environment: `DAZZLE_INFRA_` and the key, such as `DAZZLE_INFRA_DOCKER_REF`."""

from __future__ import annotations

from collections.abc import Mapping

from dazzle_infra.config.layers import Layer, layer_of_words
from dazzle_infra.config.tables import defaults
from dazzle_infra.errors import UsageError, Where
from dazzle_infra.manifest.words import nearest

__all__ = ["CACHE_DIR", "layer_of_variables", "unknown_variables", "variable"]

CACHE_DIR = "DAZZLE_INFRA_CACHE_DIR"
"""The folder of the cache; a variable alone, for the cache is there before any file is read."""

_PREFIX = "DAZZLE_INFRA_"
_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def variable(key: str) -> str:
    """Return the name of the variable for a key."""
    return _PREFIX + key.upper().replace(".", "_")


def layer_of_variables(environment: Mapping[str, str]) -> Layer:
    """Return what the variables say; an empty one says nothing.

    Raises:
        UsageError: A value cannot be.
    """
    words = {
        key: (variable(key), _value(variable(key), environment[variable(key)], default))
        for key, default in defaults().items()
        if environment.get(variable(key))
    }
    return layer_of_words("variable", words)


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


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Return the variables that look like ours and are not, each with the one that was perhaps meant."""
    known = {CACHE_DIR, *(variable(key) for key in defaults())}
    strangers = sorted(name for name in environment if name.startswith(_PREFIX) and name not in known)
    return {name: nearest(name, known) for name in strangers}
