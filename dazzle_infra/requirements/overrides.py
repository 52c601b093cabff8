"""Application of the user's overrides to the outcomes of the rules.

A need whose required need is forbidden is dropped, and its evidence states the reason. A need that is forced without
its required need is an error: an override does not create a second need that neither the model nor the user asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dazzle_infra.errors import UsageError, Where
from dazzle_infra.requirements.evidence import Finding, Rank
from dazzle_infra.requirements.facts import Override
from dazzle_infra.requirements.model import Evidence, Need
from dazzle_infra.requirements.needs import need_record
from dazzle_infra.requirements.outcome import Outcome

__all__ = ["apply_overrides"]


def apply_overrides(outcomes: Iterable[Outcome], overrides: Mapping[Need, Override]) -> list[Outcome]:
    """Return the outcomes with the overrides applied.

    Raises:
        UsageError: A need is forced, but not the need that it requires.
    """
    settled = {outcome.need: outcome for outcome in outcomes}
    # A required need requires no other need, so all required needs are settled first.
    for need in sorted(settled, key=lambda need: need_record(need).requires is not None):
        settled[need] = _follow(_override(settled[need], overrides.get(need)), settled, overrides)
    return [settled[need] for need in sorted(settled)]


def _override(outcome: Outcome, override: Override | None) -> Outcome:
    if override is None:
        return outcome
    word = "forced" if override.needed else "forbidden"
    finding = _finding(outcome.need, f"{word}: {override.reason}", override.source)
    # The model's findings remain evidence unless they are against the need and the override forces it.
    kept = () if override.needed and not outcome.needed else outcome.findings
    return replace(outcome, needed=override.needed, findings=(finding, *kept))


def _follow(outcome: Outcome, settled: Mapping[Need, Outcome], overrides: Mapping[Need, Override]) -> Outcome:
    """Return the outcome of a need, adjusted to the outcome of the need that it requires."""
    record = need_record(outcome.need)
    required = record.requires
    if required is None or settled[required].needed == outcome.needed:
        return outcome
    own, other = overrides.get(outcome.need), overrides.get(required)
    if outcome.needed and own is not None:
        raise _lacks_required(outcome.need, required, own, other)
    if other is None:
        return outcome
    if outcome.needed:
        because = f"requires {required}, which is forbidden: {other.reason}"
        finding = _finding(required, because, other.source)
        return replace(outcome, needed=False, findings=(finding, *outcome.findings))
    if record.is_implied and own is None:
        because = f"required with {required}, which is forced: {other.reason}"
        return replace(outcome, needed=True, findings=(_finding(required, because, other.source),))
    return outcome


def _finding(need: Need, because: str, source: str | None) -> Finding:
    return Finding(Evidence("manifest", f"[infra.overrides] {need}", because, source), Rank.OVERRIDE)


def _lacks_required(need: Need, required: Need, own: Override, other: Override | None) -> UsageError:
    why = f"is forbidden ({other.reason})" if other is not None else "is not needed by the model"
    file, _, line = (own.source or "dazzle.toml").partition(":")
    return UsageError(
        f"{need} is forced ({own.reason}), but it requires {required}, which {why}",
        where=Where(file, int(line) if line.isdigit() else None, key=f"[infra.overrides] {need}"),
        hint=f"force {required} as well, or remove the override of {need}",
    )
