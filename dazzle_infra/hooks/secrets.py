"""The development secrets: `.env`, which Compose reads by itself, made beside what the template renders.

A template cannot make them: what is rendered is the same every time, and is committed. Lines that are there are the
user's; only keys that are missing are added.
"""

from __future__ import annotations

import re
import secrets

from dazzle_infra.engine.apply import Write
from dazzle_infra.engine.places import check_place
from dazzle_infra.engine.trees import File
from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.hooks.protocol import Hook, HookContext, HookResult

__all__ = ["DevelopmentSecrets"]

_HEADER = """\
# Secrets of your own development stack, made up on this machine. Not in git, and never overwritten.
# dev.env.example lists what else the application reads; set it here.
"""
_KEY = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", re.MULTILINE)
_BYTES = 32


class DevelopmentSecrets(Hook):
    """Makes `.env` in the backend's directory, or adds the keys that it lacks."""

    name = "development-secrets"

    def before(self, context: HookContext) -> HookResult:
        """Contribute `.env` where a secret of the answers' `secrets` has no line in it."""
        path = f"{context.directory}/.env"
        target = check_place(context.project, path)
        if target.exists() and not target.is_file():
            raise PreconditionError(
                f"{path} is not a file", code="in_the_way", where=Where(file=path), hint="move it away"
            )
        present = target.read_bytes() if target.exists() else None
        missing = sorted(_wanted(context) - _keys(present or b"", path))
        if not missing:
            return HookResult()
        lines = "".join(f"{name}={secrets.token_hex(_BYTES)}\n" for name in missing)
        start = present if present is not None else _HEADER.encode()
        gap = b"" if start.endswith(b"\n") or not start else b"\n"
        mode = 0o600 if present is None else target.stat().st_mode & 0o777
        return HookResult(writes=(Write(path, File(start + gap + lines.encode(), mode), present),))


def _wanted(context: HookContext) -> set[str]:
    names = context.answers.get("secrets", [])
    return {str(name) for name in names} if isinstance(names, list) else set()


def _keys(content: bytes, path: str) -> set[str]:
    try:
        return set(_KEY.findall(content.decode("utf-8-sig")))  # Compose, too, reads over a byte order mark
    except UnicodeDecodeError as error:
        raise PreconditionError(
            f"{path} is not UTF-8", code="in_the_way", where=Where(file=path), hint="save it as UTF-8, or move it away"
        ) from error
