"""Checks of rendered file names: a name must denote the same ordinary file on all operating systems."""

from __future__ import annotations

from dazzle_infra.errors import TemplateError
from dazzle_infra.values.file_names import plain_name, reason_to_refuse_name

__all__ = ["check_name"]


def check_name(path: str) -> None:
    """Refuse a rendered path, POSIX and relative, that is not that of an ordinary file.

    Raises:
        TemplateError: The path is in the folder of git or dazzle-infra, is `.env` or a device, or contains invisible
            characters or characters with a meaning on Windows.
    """
    if why := _why_not(path):
        raise TemplateError(
            f"the template renders the name {path[:200]!a}, {why}",
            code="template_unsafe",
            hint="report it to the template's owner; if the name contains a value of dazzle.toml, change that value",
        )


def _why_not(path: str) -> str | None:
    # A merge would store the user's secrets in git objects, and print them.
    if plain_name(path) == ".env":
        return "which is reserved for the user's secrets"
    return reason_to_refuse_name(path)
