"""The rules together: from the model and the manifest's facts to requirements and the environment."""

from __future__ import annotations

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.inference.data_needs import database, ledger, llm, mail, search, storage, tenancy
from dazzle_infra.inference.environment import environment
from dazzle_infra.inference.facts import ProjectFacts
from dazzle_infra.inference.model import Inferred
from dazzle_infra.inference.overrides import apply_overrides
from dazzle_infra.inference.rules import Rule
from dazzle_infra.inference.work_needs import cache, queue, scheduler, webhooks, worker

__all__ = ["RULES", "infer"]

RULES: tuple[Rule, ...] = (
    cache,
    database,
    ledger,
    llm,
    mail,
    queue,
    scheduler,
    search,
    storage,
    tenancy,
    webhooks,
    worker,
)
"""One rule for each need."""


def infer(appspec: AppSpec, facts: ProjectFacts) -> Inferred:
    """Say what an application needs, and why, and what it reads from its environment.

    Pure, total and deterministic: the same model and facts give the same result, whatever the order of the
    model's lists.

    Raises:
        UsageError: The manifest forces a need without what it stands on.
    """
    settled = apply_overrides((rule(appspec, facts) for rule in RULES), facts.overrides)
    requirements = tuple(outcome.requirement() for outcome in settled)
    return Inferred(requirements, environment(appspec, facts, requirements))
