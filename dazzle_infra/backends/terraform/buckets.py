"""Buckets whose variable gets another name: the bucket stays, and its address in the state is moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dazzle_infra.backends.identity import Made

__all__ = ["renamed_buckets"]


def renamed_buckets(buckets: Sequence[str], made: Made) -> dict[str, str]:
    """Return the variables of buckets that have another name now, with that name.

    If one variable leaves and one comes, it is the same bucket, as with a `[storage]` table that names the bucket of a
    model without one. If several leave or come, nothing says which bucket is which. Recorded names stay, so that an
    environment that was not applied in the meantime is moved later.

    Args:
        buckets: The variables of the application's buckets.
        made: What was made already.

    Returns:
        At most one former name of each name, because Terraform refuses two moves to one address, and no former name
        that is in use, because Terraform refuses a move from an address that is declared.
    """
    recorded, former = made.recorded.get("renamed_buckets"), made.recorded.get("storage_buckets")
    names = dict(recorded) if isinstance(recorded, Mapping) else {}
    known = set(former) if isinstance(former, list) and made.recorded.get("storage") is True else set()
    gone, come = known - set(buckets), set(buckets) - known
    for name in [name for name in names if name in buckets]:
        new = names.pop(name)
        names = {old: new if then == name else then for old, then in names.items()}
    if len(gone) == 1 and len(come) == 1:
        (new,) = come
        names = {old: then for old, then in names.items() if then != new} | {gone.pop(): new}
    return {old: new for old, new in sorted(names.items()) if _ends_in(buckets, old, names)}


def _ends_in(buckets: Sequence[str], name: str, names: Mapping[str, str]) -> bool:
    """Say whether the last of the names that follow a name is that of a bucket."""
    for _ in names:
        name = names.get(name, name)
    return name in buckets
