"""Names that Compose and the clouds accept."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from dazzle_infra.values.rules import RefusedError, Rule

__all__ = [
    "APPLICATION_NAME",
    "BACKEND_NAME",
    "ENTRY_POINT_NAME",
    "ENVIRONMENT_NAME",
    "QUESTION_NAME",
    "UNRESERVED_NAME",
    "BackendName",
    "EnvironmentName",
    "ImageName",
    "NameLimit",
    "Reason",
    "Title",
    "UrlPath",
    "slug",
]

_WORDS = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_REPOSITORY = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REGISTRY = r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::[0-9]{1,5})?"

APPLICATION_NAME = Rule(
    _WORDS,
    "must begin with a letter",
    "every name in Compose and in the cloud begins with it",
    longest=1_000_000,
)
"""The name after `slug`. Its length is limited by the backend whose tool limits it."""

UNRESERVED_NAME = Rule(
    r"(?!(?:internal|sg)(?:-|$)).*",
    "must not begin with the word internal or sg",
    "the cloud reserves `internal-` for load balancers and `sg-` for security groups",
)
"""A further rule for an application's name (API references of CreateSecurityGroup and CreateLoadBalancer)."""

ENTRY_POINT_NAME = Rule(
    _WORDS,
    "must be lower-case letters, digits and single hyphens, begin with a letter, and have at most 20 characters",
    "it is used as the name of a service and of its host",
    longest=20,
)

BACKEND_NAME = Rule(
    _WORDS,
    "must be lower-case letters, digits and single hyphens, begin with a letter, and have at most 30 characters",
    "it is the name of a command and of a table of dazzle.toml",
    longest=30,
)

BackendName = Annotated[str, BACKEND_NAME]
"""Name of a backend."""

QUESTION_NAME = Rule(
    r"[A-Za-z][A-Za-z0-9_]*",
    "must be the name of a question of the template: letters, digits and `_`, beginning with a letter",
)

ENVIRONMENT_NAME = Rule(
    _WORDS,
    "must be lower-case letters, digits and single hyphens, begin with a letter, and have at most 12 characters",
    hint="names of files, folders and resources contain it, some of which are limited to 32 characters",
    longest=12,
)

EnvironmentName = Annotated[str, ENVIRONMENT_NAME]
"""Name of an environment."""

_IMAGE_NAME = Rule(
    f"(?:{_REGISTRY}/)?{_REPOSITORY}(?:/{_REPOSITORY})*",
    "must be the name of an image: lower-case letters and digits, separated by `.`, `_`, `__` or hyphens, in parts "
    "separated by `/`",
    hint='such as "team/ticket-desk"',
)


def _untagged(value: str) -> str:
    if len(value) > 2 * _IMAGE_NAME.longest:
        return value
    untagged = re.sub(r"(?::[\w.-]+)?(?:@sha256:[0-9a-f]*)?$", "", value)
    if untagged != value and re.fullmatch(_IMAGE_NAME.pattern, untagged):
        raise RefusedError("must have no tag and no digest", f'write "{untagged}"; the image is built here')
    return value


ImageName = Annotated[str, AfterValidator(_untagged), _IMAGE_NAME]
"""Name of an image in the grammar of the OCI distribution specification, without a tag."""


UrlPath = Annotated[
    str,
    Rule(
        r"/(?:[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*/?)?",
        "must be a path of a URL: it begins with `/` and holds letters, digits, `_`, `.`, `~` and `-`",
        'such as "/health"',
        longest=120,
    ),
]
"""Path of a URL."""

Reason = Annotated[str, Rule(r"(?=.*\S)[^\x00-\x1f\x7f-\x9f]+", "must be one line that states the reason", longest=200)]
"""Reason of a decision."""


Title = Annotated[str, Rule(r"[^\x00-\x1f\x7f-\x9f]+", "must be one line of at most 100 characters", longest=100)]
"""Display name of the application."""


@dataclass(frozen=True)
class NameLimit:
    """The length that a tool allows for a name.

    Attributes:
        longest: The largest number of characters.
        is_hashed: Whether a shortened name ends in a digest of the whole name, so that two long names stay different.
    """

    longest: int
    is_hashed: bool = True

    def fit(self, name: str) -> str:
        """Return the name, shortened if it is too long. The result depends on the name alone."""
        if len(name) <= self.longest:
            return name
        if not self.is_hashed:
            return name[: self.longest].strip("-")
        digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
        return f"{name[: self.longest - _DIGEST - 1].rstrip('-')}-{digest}"


_DIGEST = 6


def slug(name: str) -> str:
    """Return the name in lower case, with one hyphen for each run of characters other than letters and digits."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
