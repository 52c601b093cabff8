"""Names that DNS, Kubernetes and similar tools accept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from dazzle_infra.requirements.names import upper_snake
from dazzle_infra.values.names import NameLimit
from dazzle_infra.values.rules import Rule

__all__ = ["APPLICATION_LIMIT", "DNS_LABEL", "SERVICE_LIMIT", "dns_labels"]

APPLICATION_LIMIT: Final = NameLimit(30)
"""Length of the application's name in the vocabulary."""

SERVICE_LIMIT: Final = NameLimit(21)
"""Length of the name of a service or store: `APPLICATION-SERVICE` has at most 52 characters, the limit of the name of a
Kubernetes CronJob (kubernetes.io, "CronJob"), and less than the 63 of a DNS label (RFC 1035, section 2.3.1)."""

DNS_LABEL: Final = Rule(
    r"[a-z](?:[a-z0-9-]*[a-z0-9])?",
    "must be a DNS label: lower-case letters, digits and hyphens, begin with a letter, and end with a letter or digit",
    longest=63,
)
"""A label of RFC 1035, in lower case."""

_DIGEST: Final = 6


def dns_labels(names: Iterable[str], prefix: str, taken: Collection[str] = ()) -> dict[str, str]:
    """Return a DNS label of at most 21 characters for each name, all of them different.

    If two names have the same label, or if a label is too long, it ends with a digest of the name. A name that is a
    valid label itself is not changed.

    Args:
        names: The names.
        prefix: The word that precedes a name which begins with a digit.
        taken: Labels that are in use.
    """
    every = sorted(set(names))
    plain = {name: _plain(name, prefix) for name in every}
    counts = Counter([*taken, *plain.values()])
    return {name: _label(name, plain[name], is_unique=counts[plain[name]] == 1, taken=taken) for name in every}


def _plain(name: str, prefix: str) -> str:
    label = upper_snake(name).strip("_").lower().replace("_", "-")
    return f"{prefix}-{label}" if label[0].isdigit() else label


def _label(name: str, plain: str, *, is_unique: bool, taken: Collection[str]) -> str:
    is_itself = name == plain and name not in taken
    if (is_unique or is_itself) and len(plain) <= SERVICE_LIMIT.longest:
        return plain
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    return f"{plain[: SERVICE_LIMIT.longest - _DIGEST - 1].rstrip('-')}-{digest}"
