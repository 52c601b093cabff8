"""The record of a need: its name, its rule and its variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, whole_model
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.model import Need
from dazzle_infra.requirements.outcome import Outcome
from dazzle_infra.requirements.settings import Claim

__all__ = ["NeedRecord"]

Reasons = Callable[[AppSpec, ProjectFacts], Iterable[Finding]]


def _no_findings(appspec: AppSpec) -> Iterable[Finding]:
    return ()


def _no_details(appspec: AppSpec, facts: ProjectFacts) -> Mapping[str, object]:
    return {}


def _no_variables(facts: ProjectFacts) -> Iterable[Claim]:
    return ()


@dataclass(frozen=True, kw_only=True)
class NeedRecord:
    """One need. The results of its functions do not depend on the order of the model's lists.

    Attributes:
        name: The name in `explain` and in `[infra.overrides]`.
        summary: One sentence that describes the need; the description of its key in dazzle.toml.
        purpose: The purpose of the need in a few words, the same for all evidence; the reason in generated files.
        reasons: Yields the constructs that require the need. The application has the need if there is one.
        absent: The evidence if no construct requires the need: what was not found.
        near_misses: Yields constructs that seem to require the need, and why they do not.
        details: Returns the requirement's `detail`.
        requires: Another need that this need requires. That need must not require another one.
        is_implied: Whether an override that forces `requires` forces this need as well.
        variables: Yields the variables with the address of the service that provides the need.
    """

    name: Need
    summary: str
    purpose: str
    reasons: Reasons
    absent: str
    near_misses: Callable[[AppSpec], Iterable[Finding]] = _no_findings
    details: Callable[[AppSpec, ProjectFacts], Mapping[str, object]] = _no_details
    requires: Need | None = None
    is_implied: bool = False
    variables: Callable[[ProjectFacts], Iterable[Claim]] = _no_variables

    def outcome(self, appspec: AppSpec, facts: ProjectFacts) -> Outcome:
        """Return whether the model requires the need, with the findings for or against it."""
        found = tuple(self.reasons(appspec, facts))
        against = () if found else (whole_model(self.absent), *self.near_misses(appspec))
        return Outcome(self.name, bool(found), found or against, self.details(appspec, facts))
