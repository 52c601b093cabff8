"""Claims of constructs on environment variables, and their merge to one setting for each variable."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from dazzle_infra.requirements.evidence import Finding, sort_evidence
from dazzle_infra.requirements.model import Origin, Setting

__all__ = ["Claim", "merge"]

_PRIORITY: tuple[Origin, ...] = ("platform", "generated", "external")
"""The order of precedence for a variable with several claims: the origin with the least work for the user first."""


@dataclass(frozen=True)
class Claim:
    """A variable that one construct reads. The fields are those of `Setting`."""

    name: str
    finding: Finding
    secret: bool = False
    default: str | None = None
    origin: Origin = "external"
    cloud_only: bool = False
    local_only: bool = False


def merge(claims: Iterable[Claim]) -> tuple[Setting, ...]:
    """Return one setting for each variable, sorted by name.

    A secret has no default, and one secret claim is enough. Of several defaults, the first in sorted order is used.
    """
    grouped: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[claim.name].append(claim)
    return tuple(_merge(name, grouped[name]) for name in sorted(grouped))


def _merge(name: str, claims: list[Claim]) -> Setting:
    secret = any(claim.secret for claim in claims)
    defaults = sorted(claim.default for claim in claims if claim.default is not None)
    return Setting(
        name,
        secret,
        defaults[0] if defaults and not secret else None,
        sort_evidence(claim.finding for claim in claims),
        origin=min((claim.origin for claim in claims), key=_PRIORITY.index),
        cloud_only=all(claim.cloud_only for claim in claims),
        local_only=all(claim.local_only for claim in claims),
    )
