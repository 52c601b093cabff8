"""The opt-in hook `create_admin`: a service that creates the first administrator, and its keys in `.env`."""

from __future__ import annotations

import secrets
from typing import Annotated, ClassVar, Final

from pydantic import BaseModel

from dazzle_infra.hooks import Hook, HookContext, HookOptions, HookResult
from dazzle_infra.hooks.env_file import add_keys
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.rules import Rule

__all__ = ["CreateAdmin", "creates_admin"]

_NAME: Final = "create_admin"
_BYTES: Final = 16
_EMAIL: Final = Rule(
    r"[A-Za-z0-9._+-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?",
    "must be an e-mail address",
    "such as admin@example.com",
)


def creates_admin(manifest: Manifest) -> bool:
    """Return whether dazzle.toml names the hook."""
    hooks = manifest.infra.hooks
    return _NAME in hooks.pre_build and _NAME not in hooks.skip


class _Options(HookOptions):
    """Options of the hook.

    Attributes:
        email: The e-mail address that is written to `.env`.
    """

    email: Annotated[str, _EMAIL] = "admin@example.com"


class CreateAdmin(Hook):
    """Adds ADMIN_EMAIL and a generated ADMIN_PASSWORD to `.env`; the answer `admin_command` makes the service."""

    name = _NAME
    summary = "adds a service that creates the first administrator, with its keys in .env"
    after_hooks: ClassVar[tuple[str, ...]] = ("development_secrets",)
    Options: ClassVar[type[BaseModel]] = _Options

    def before(self, context: HookContext) -> HookResult:
        """Refuse an application for which there is no such service."""
        if context.answers.get("admin_command"):
            return HookResult()
        return HookResult(success=False, message=_reason(context))

    def contribute(self, context: HookContext) -> HookResult:
        """Return `.env` with the keys that it lacks.

        Raises:
            PreconditionError: A key is missing, and the file is a link, not a file, or cannot be read.
        """
        email = str(getattr(context.options, "email", ""))
        values = {"ADMIN_EMAIL": email, "ADMIN_PASSWORD": secrets.token_hex(_BYTES)}
        return HookResult(writes=add_keys(context, values, values.__getitem__))


def _reason(context: HookContext) -> str:
    workload = context.workload
    if "database" not in workload.needs:
        return "the application has no database for an administrator"
    return (
        f"an administrator cannot be created: the runtime {workload.runtime} has no command for it, "
        "or the release of the template is older than 1.3.0"
    )
