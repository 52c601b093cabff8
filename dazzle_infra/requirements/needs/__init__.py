"""The needs: one file for each, registered in one list."""

from __future__ import annotations

from typing import Final

from dazzle_infra.requirements.model import Need
from dazzle_infra.requirements.needs import (
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
from dazzle_infra.requirements.needs.record import NeedRecord

__all__ = ["NEEDS", "NEED_NAMES", "need_record"]

NEEDS: Final[tuple[NeedRecord, ...]] = (
    cache.NEED,
    database.NEED,
    ledger.NEED,
    llm.NEED,
    mail.NEED,
    queue.NEED,
    scheduler.NEED,
    search.NEED,
    storage.NEED,
    tenancy.NEED,
    webhooks.NEED,
    worker.NEED,
)
"""Every need, sorted by name."""

NEED_NAMES: Final[tuple[Need, ...]] = tuple(record.name for record in NEEDS)


def need_record(name: Need) -> NeedRecord:
    """Return the record of a need.

    Raises:
        KeyError: There is no need of that name.
    """
    return _BY_NAME[name]


_BY_NAME: Final = {record.name: record for record in NEEDS}
