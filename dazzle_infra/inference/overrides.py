"""What a person forces or forbids, applied in the order in which needs stand on one another.

A need that the model has, but that stands on a forbidden one, goes with it, and its evidence says so. A need that
is forced without what it stands on is an error: nobody asked for the other, and nothing would use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dazzle_infra.errors import UsageError, Where
from dazzle_infra.inference.evidence import Finding, Rank
from dazzle_infra.inference.facts import Override
from dazzle_infra.inference.model import Evidence, Need
from dazzle_infra.inference.rules import Outcome

__all__ = ["apply_overrides"]

_STANDS_ON: dict[Need, Need] = {"search": "database", "tenancy": "database", "worker": "queue"}
"""Search and tenancy are PostgreSQL's own; a worker works on a queue."""


def apply_overrides(outcomes: Iterable[Outcome], overrides: Mapping[Need, Override]) -> list[Outcome]:
    """Return the outcomes with the overrides applied.

    Raises:
        UsageError: A forced need lacks what it stands on.
    """
    settled = {outcome.need: outcome for outcome in outcomes}
    # No need stands on one that stands on another itself, so two passes are the order of dependence.
    for need in (*(need for need in settled if need not in _STANDS_ON), *_STANDS_ON):
        settled[need] = _follow(_override(settled[need], overrides.get(need)), settled, overrides)
    return [settled[need] for need in sorted(settled)]


def _override(outcome: Outcome, override: Override | None) -> Outcome:
    if override is None:
        return outcome
    word = "forced" if override.needed else "forbidden"
    finding = _finding(outcome.need, f"{word}: {override.reason}", override.source)
    # Where the override changes nothing, or forbids, the model's own findings still tell something.
    kept = () if override.needed and not outcome.needed else outcome.findings
    return replace(outcome, needed=override.needed, findings=(finding, *kept))


def _follow(outcome: Outcome, settled: Mapping[Need, Outcome], overrides: Mapping[Need, Override]) -> Outcome:
    """Settle a need by what it stands on."""
    ground = _STANDS_ON.get(outcome.need)
    if ground is None or settled[ground].needed == outcome.needed:
        return outcome
    own, other = overrides.get(outcome.need), overrides.get(ground)
    if outcome.needed and own is not None:
        raise _groundless(outcome.need, ground, own, other)
    if other is None:
        return outcome
    if outcome.needed:
        because = f"goes with {ground}, which is forbidden: {other.reason}"
        finding = _finding(ground, because, other.source)
        return replace(outcome, needed=False, findings=(finding, *outcome.findings))
    if outcome.need == "worker" and own is None:
        because = f"comes with {ground}, which is forced: {other.reason}"
        return replace(outcome, needed=True, findings=(_finding(ground, because, other.source),))
    return outcome


def _finding(need: Need, because: str, source: str | None) -> Finding:
    return Finding(Evidence("manifest", f"[infra.overrides] {need}", because, source), Rank.OVERRIDE)


def _groundless(need: Need, ground: Need, own: Override, other: Override | None) -> UsageError:
    why = f"is forbidden ({other.reason})" if other is not None else "is not needed by the model"
    file, _, line = (own.source or "dazzle.toml").partition(":")
    return UsageError(
        f"{need} is forced ({own.reason}), but it stands on {ground}, which {why}",
        where=Where(file, int(line) if line.isdigit() else None, key=f"[infra.overrides] {need}"),
        hint=f"force {ground} as well, or take the override of {need} out",
    )
