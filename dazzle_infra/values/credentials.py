"""Credentials in addresses, which must not be in files that are committed."""

from __future__ import annotations

import re
from typing import Final

from pydantic import AfterValidator

from dazzle_infra.values.rules import RefusedError

__all__ = ["NoCredentials", "has_credentials"]

_PREFIX: Final = re.compile(
    r"(?:(?:git\+)?(?P<scheme>[A-Za-z0-9]+):)?(?:(?P<inner>[A-Za-z0-9]+):)?//|(?P<bare>s3|sftp):"
)
_PASSWORD: Final = re.compile(r"[^/@]*:[^/@]*@|[^/@:]*:(?![0-9]{1,5}(?:[/?#]|$))[^@]*@")
"""A user and a password before the host. A password may contain `/`, as keys of AWS do; a port is none."""

_USER: Final = re.compile(r"[^/@]*@")
_NAMES_USERS: Final = frozenset({"sftp", "ssh"})
"""Schemes whose addresses name a user, which is no secret; elsewhere the user may be a token."""


def has_credentials(address: str) -> bool:
    """Return whether an address contains a password, or a user that may be a token.

    Args:
        address: A URL; or the address of a restic repository, such as `s3:https://host/bucket`.
    """
    prefix = _PREFIX.match(address)
    if prefix is None:
        return False
    rest = address[prefix.end() :]
    if _PASSWORD.match(rest):
        return True
    schemes = {prefix["scheme"], prefix["inner"], prefix["bare"]}
    return not schemes & _NAMES_USERS and _USER.match(rest) is not None


def NoCredentials(hint: str) -> AfterValidator:  # noqa: N802 - used as a type's annotation
    """Return a rule for the type of a field: the address contains no credentials. The message does not contain it.

    Args:
        hint: Where the credentials belong.
    """

    def check(value: str) -> str:
        if has_credentials(value):
            raise RefusedError("must not contain a user name and a password: the generated files contain it", hint)
        return value

    return AfterValidator(check)
