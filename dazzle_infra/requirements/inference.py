"""Inference of requirements and environment variables from the model and the project's facts."""

from __future__ import annotations

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.environment import environment
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.model import Inferred
from dazzle_infra.requirements.needs import NEEDS
from dazzle_infra.requirements.overrides import apply_overrides

__all__ = ["infer"]


def infer(appspec: AppSpec, facts: ProjectFacts) -> Inferred:
    """Return the requirements of an application with their evidence, and the variables that it reads.

    The result depends on the model and the facts alone, and not on the order of the model's lists.

    Raises:
        UsageError: The manifest forces a need, but the application lacks the need that it requires.
    """
    settled = apply_overrides((need.outcome(appspec, facts) for need in NEEDS), facts.overrides)
    requirements = tuple(outcome.requirement() for outcome in settled)
    return Inferred(requirements, environment(appspec, facts, requirements))
