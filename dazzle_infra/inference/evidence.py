"""Gathering evidence: from where a construct stands to the sorted tuple that a requirement carries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from dazzle_infra.inference.model import Evidence

__all__ = ["Finding", "Rank", "found", "sort_evidence", "whole_model"]


class Rank(IntEnum):
    """Where evidence stands among its like."""

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
    """Make a finding about a construct."""
    return Finding(Evidence(construct, name, because, source), Rank.PLATFORM if is_platform else Rank.OWN)


def whole_model(because: str) -> Finding:
    """Make a finding about the model as a whole."""
    return Finding(Evidence("model", "", because), Rank.WHOLE_MODEL)


def sort_evidence(findings: Iterable[Finding]) -> tuple[Evidence, ...]:
    """Return the evidence without repetition, by rank, construct and name."""
    ordered = sorted(set(findings), key=_order)
    return tuple(dict.fromkeys(finding.evidence for finding in ordered))


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    evidence = finding.evidence
    return finding.rank, evidence.construct, evidence.name, evidence.because, evidence.source or ""
