"""Masks secrets in texts of hooks before they are printed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from dazzle_infra.hooks.protocol import HookContext

__all__ = ["MASK", "Masker", "secrets_of", "values_of_env"]

MASK = "****"
_SHORTEST = 4
_PLAIN = {"true", "false", "none", "null", "localhost"}
_LINE = re.compile(r"^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*?)\s*$", re.MULTILINE)


class Masker:
    """Replaces the values of secrets by `****`."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        """Remember the values.

        Args:
            values: The secrets. Values of fewer than four characters and plain words are left out: masking them would
                make messages unreadable.
        """
        secret = {value for value in values if len(value) >= _SHORTEST and value.lower() not in _PLAIN}
        self._values = sorted(secret, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """Return the text without secrets."""
        for value in self._values:
            text = text.replace(value, MASK)
        return text


def values_of_env(content: bytes) -> list[str]:
    """Return the values of an `.env` file, as written and without quotation marks."""
    written = _LINE.findall(content.decode("utf-8-sig", errors="replace"))
    quoted = [value for value in written if len(value) > 2 and value[0] == value[-1] and value[0] in "\"'"]
    return [*written, *(value[1:-1] for value in quoted)]


def secrets_of(context: HookContext, environment: Mapping[str, str] = os.environ) -> Masker:
    """Return what masks the secrets that a hook can know.

    These are the values of the `.env` in the output directory, and those of the environment variables that the model or
    the answers call secret.

    Args:
        context: What the hook can read.
        environment: The environment variables.
    """
    values = [environment.get(name, "") for name in _secret_names(context)]
    for place in {context.place.at(".env"), context.final_place.at(".env")}:
        pending = context.pending.get(place)
        if pending is not None and pending.file is not None:
            values += values_of_env(pending.file.content)
        with suppress(OSError):
            target = context.root / place
            values += values_of_env(target.read_bytes()) if target.is_file() else []
    return Masker(values)


def _secret_names(context: HookContext) -> set[str]:
    stated = context.answers.get("secrets")
    names = {str(name) for name in stated} if isinstance(stated, list) else set()
    return names | {one.name for one in context.requirements.environment if one.secret}
