"""What every rule of inference is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.inference.evidence import Finding, sort_evidence
from dazzle_infra.inference.facts import ProjectFacts
from dazzle_infra.inference.model import Need, Requirement

__all__ = ["Outcome", "Rule", "outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a rule comes to, before the overrides: findings for the need, or against it where there are none."""

    need: Need
    needed: bool
    findings: tuple[Finding, ...]
    detail: Mapping[str, object] = field(default_factory=dict)

    def requirement(self) -> Requirement:
        """Return it as a requirement."""
        return Requirement(self.need, self.needed, sort_evidence(self.findings), self.detail if self.needed else {})


Rule = Callable[[AppSpec, ProjectFacts], Outcome]
"""A pure function of the model and the manifest's facts."""


def outcome(
    need: Need,
    reasons: Iterable[Finding],
    otherwise: Iterable[Finding],
    detail: Mapping[str, object] | None = None,
) -> Outcome:
    """Come to the outcome: needed where there is a reason, else not, for what was looked for and not found."""
    because = tuple(reasons)
    return Outcome(need, bool(because), because or tuple(otherwise), detail or {})
