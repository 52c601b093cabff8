"""The development secrets: keys of `.env`, which Compose reads by itself, made beside what the template renders.

A template cannot make them: what is rendered is the same every time, and is committed.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from dazzle_infra.hooks.env_file import add_keys
from dazzle_infra.hooks.protocol import Hook, HookContext, HookResult

__all__ = ["DevelopmentSecrets"]

_BYTES = 32


class DevelopmentSecrets(Hook):
    """Makes `.env` in the output directory, or adds the keys that it lacks."""

    name = "development_secrets"
    summary = "adds generated secrets to .env"
    opt_in: ClassVar[bool] = False

    def contribute(self, context: HookContext) -> HookResult:
        """Return `.env` where a secret of the answers' `secrets` has no line in it.

        Raises:
            PreconditionError: A key is missing, and the file is a link, not a file, or cannot be read.
        """
        stated = context.answers.get("secrets", [])
        names = {str(name) for name in stated} if isinstance(stated, list) else set()
        return HookResult(writes=add_keys(context, names, lambda _: secrets.token_hex(_BYTES)))
