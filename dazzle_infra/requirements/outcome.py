"""The result of a need's rule, before and after the overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dazzle_infra.requirements.evidence import Finding, sort_evidence
from dazzle_infra.requirements.model import Need, Requirement

__all__ = ["Outcome"]


@dataclass(frozen=True)
class Outcome:
    """Whether the application has a need, with the findings for it, or against it if there are none."""

    need: Need
    needed: bool
    findings: tuple[Finding, ...]
    detail: Mapping[str, object] = field(default_factory=dict)

    def requirement(self) -> Requirement:
        """Return it as a requirement."""
        return Requirement(self.need, self.needed, sort_evidence(self.findings), self.detail if self.needed else {})
