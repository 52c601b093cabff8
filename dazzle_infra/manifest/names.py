"""Names that Compose and the clouds accept."""

from __future__ import annotations

import re
from typing import Annotated

from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator

from dazzle_infra.manifest.rules import RefusedError, Rule
from dazzle_infra.templates.refs import Range, is_range

__all__ = [
    "APPLICATION_NAME",
    "ENTRY_POINT_NAME",
    "QUESTION_NAME",
    "UNRESERVED_NAME",
    "DazzleVersion",
    "EnvironmentName",
    "ImageName",
    "PythonVersion",
    "Reason",
    "Ref",
    "Title",
    "UrlPath",
    "exact_version",
    "slug",
]

_WORDS = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_REPOSITORY = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REGISTRY = r"(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:))(?::[0-9]{1,5})?"
_OLDEST_DAZZLE = Version("0.112")

APPLICATION_NAME = Rule(
    _WORDS,
    "must begin with a letter and have at most 20 characters",
    "it begins every name in the cloud, where some may have no more than 32 characters",
    longest=20,
)
"""The name after `slug`."""

UNRESERVED_NAME = Rule(
    r"(?!(?:internal|sg)(?:-|$)).*",
    "must not begin with the word internal or sg",
    "the cloud keeps `internal-` for its own load balancers and `sg-` for its own security groups",
)
"""What an application's name must be besides (API references of CreateSecurityGroup and CreateLoadBalancer)."""

ENTRY_POINT_NAME = Rule(
    _WORDS,
    "must be lower-case letters, digits and single hyphens, begin with a letter, and have at most 20 characters",
    "it is the name of a service, and of its host",
    longest=20,
)

QUESTION_NAME = Rule(
    r"[A-Za-z][A-Za-z0-9_]*",
    "must be the name of a question of the template: letters, digits and `_`, beginning with a letter",
)

EnvironmentName = Annotated[
    str,
    Rule(
        _WORDS,
        "must be lower-case letters, digits and single hyphens, begin with a letter, and have at most 12 characters",
        hint="it names a folder and ends every name in the cloud, where some may have no more than 32 characters",
        longest=12,
    ),
]
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


PythonVersion = Annotated[
    str,
    Rule(r"3\.[0-9]{1,3}", "must be a version of Python with two numbers", 'such as "3.12"'),
]
"""`X.Y` of the base image."""


def _dazzle(value: str) -> str:
    try:
        version = Version(value)
    except InvalidVersion:
        raise RefusedError("must be one version of dazzle-dsl", 'such as "0.125.0"') from None
    if version < _OLDEST_DAZZLE:
        raise RefusedError(f"must be {_OLDEST_DAZZLE} or newer")
    return value


_DAZZLE = Rule(r"[0-9]+(?:\.[0-9]+)*[a-z0-9.+-]*", "must be one version of dazzle-dsl", 'such as "0.125.0"', 40)

DazzleVersion = Annotated[str, _DAZZLE, AfterValidator(_dazzle)]
"""An exact version of dazzle-dsl."""


def exact_version(constraint: str) -> str | None:
    """Return the version of dazzle-dsl that a constraint pins, `0.125.0` or `==0.125.0`; None for any other."""
    version = constraint.strip().removeprefix("==").strip()
    try:
        return _dazzle(_DAZZLE.check(version))
    except RefusedError:
        return None


_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9+_/-]|\.(?!\.))*(?<![./])(?<!\.lock)"
_RANGE = r"(?:(?:[\^~<>]|[<>=!~]=) ?v?[0-9][0-9A-Za-z.+*]*|v?(?:[0-9]+\.)*[xX*])"


def _ref(value: str) -> str:
    if is_range(value):
        try:
            Range(value)
        except ValueError:
            raise RefusedError("must be a range of versions, if it is no tag", _RANGES) from None
    return value


_RANGES = "such as ^1.2, ~1.2, 1.x or >=1.2,<2"

Ref = Annotated[
    str,
    Rule(
        f"(?:{_NAME}|{_RANGE}(?:, ?{_RANGE})*)",
        "must be a tag of the template, a range of versions or a branch: letters, digits, `.`, `_`, `+`, `-` and `/`",
        'such as "v1.0.0" or "^1.2"',
        longest=100,
    ),
    AfterValidator(_ref),
]
"""A tag, a range of versions, or a branch."""

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

Reason = Annotated[str, Rule(r"(?=.*\S)[^\x00-\x1f\x7f-\x9f]+", "must be one line that says why", longest=200)]
"""Why somebody decided something."""


Title = Annotated[str, Rule(r"[^\x00-\x1f\x7f-\x9f]+", "must be one line of at most 100 characters", longest=100)]
"""Name of the application, for people."""


def slug(name: str) -> str:
    """Return the name as Compose and the clouds spell it: lower-case, runs of other characters as one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
