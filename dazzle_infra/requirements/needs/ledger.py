"""The ledger, which no backend creates. The evidence states what the user must do."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEED"]

_BECAUSE = "requires TigerBeetle, which is not created: run a cluster and configure its address"


def _reasons(appspec: AppSpec, facts: ProjectFacts) -> Iterator[Finding]:
    for ledger in appspec.ledgers:
        yield found("ledger", ledger.name, _BECAUSE, ledger.source)
    for transaction in appspec.transactions:
        yield found("transaction", transaction.name, _BECAUSE, transaction.source)


NEED = NeedRecord(
    name="ledger",
    summary="Whether a ledger is needed; it is not created.",
    purpose="the model's ledgers",
    reasons=_reasons,
    absent="no ledger, no transaction",
)
