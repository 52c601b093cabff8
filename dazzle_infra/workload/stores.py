"""The stores of an application: services outside the image that keep or transport its data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from typing import Final

from dazzle_infra.requirements import because
from dazzle_infra.requirements.model import Inferred, Need
from dazzle_infra.workload.labels import dns_labels
from dazzle_infra.workload.model import Engine, Store
from dazzle_infra.workload.variables import storage_variables

__all__ = ["bucket_stores", "stores_of"]

_STORES: Final[tuple[tuple[str, tuple[Need, ...], Engine, str], ...]] = (
    ("database", ("database",), "postgresql", "17"),
    ("ledger", ("ledger",), "tigerbeetle", ""),
    ("mail", ("mail",), "smtp", ""),
    ("redis", ("cache", "queue"), "redis", "8"),
)
"""Name, needs, engine and major version of each store that is no bucket."""


def bucket_stores(inferred: Inferred, taken: Collection[str]) -> dict[str, str]:
    """Return the name of the store of each variable that holds the name of a bucket."""
    names = (name for name, *_ in _STORES)
    return dns_labels(storage_variables(inferred, "buckets"), "bucket", {*names, *taken})


def stores_of(inferred: Inferred, needed: Set[Need], buckets: Mapping[str, str]) -> tuple[Store, ...]:
    """Return the stores, by name.

    Args:
        inferred: The requirements that apply.
        needed: Those that are needed.
        buckets: The name of the store of each variable of a bucket.
    """
    stores = [
        Store(name, engine, version, ", ".join(because(inferred[need]) for need in needs if need in needed))
        for name, needs, engine, version in _STORES
        if needed & set(needs)
    ]
    stores += [Store(name, "s3", "", because(inferred["storage"])) for name in buckets.values()]
    return tuple(sorted(stores, key=lambda store: store.name))
