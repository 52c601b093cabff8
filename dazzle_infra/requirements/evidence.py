"""Findings: evidence with the rank that determines its position in a requirement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from dazzle_infra.requirements.model import Evidence

__all__ = ["Finding", "Rank", "found", "sort_evidence", "whole_model"]


class Rank(IntEnum):
    """The order of evidence in a requirement, lowest rank first.

    Attributes:
        OVERRIDE: A decision of the user.
        WHOLE_MODEL: Evidence about the model as a whole.
        OWN: A construct of the application.
        PLATFORM: A construct that Dazzle adds itself.
    """

    OVERRIDE = 0
    WHOLE_MODEL = 1
    OWN = 2
    PLATFORM = 3


@dataclass(frozen=True)
class Finding:
    """Evidence with its rank."""

    evidence: Evidence
    rank: Rank = Rank.OWN


def found(construct: str, name: str, because: str, source: str | None = None, *, is_platform: bool = False) -> Finding:
    """Return a finding about a construct; the arguments are those of `Evidence`."""
    return Finding(Evidence(construct, name, because, source), Rank.PLATFORM if is_platform else Rank.OWN)


def whole_model(because: str) -> Finding:
    """Return a finding about the model as a whole."""
    return Finding(Evidence("model", "", because), Rank.WHOLE_MODEL)


def sort_evidence(findings: Iterable[Finding]) -> tuple[Evidence, ...]:
    """Return the evidence without duplicates, sorted by rank, construct and name."""
    ordered = sorted(set(findings), key=_order)
    return tuple(dict.fromkeys(finding.evidence for finding in ordered))


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    evidence = finding.evidence
    return finding.rank, evidence.construct, evidence.name, evidence.because, evidence.source or ""
