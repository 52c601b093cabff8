"""Quotas of a new account that several environments reach together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from dazzle_infra.clouds.aws.environment import Environment

__all__ = ["address_remarks"]

_ADDRESSES: Final = 5
"""Elastic IP addresses of an account in one region, by default (VPC user guide, "Amazon VPC quotas")."""


def address_remarks(environments: Iterable[Environment]) -> list[str]:
    """Return a sentence for each account and region in which NAT gateways need more addresses than a new account has.

    Environments without an account number count as one account.
    """
    together: dict[tuple[str, str], list[Environment]] = defaultdict(list)
    for one in environments:
        together[one.account_id, one.region].append(one)
    remarks = []
    for (account, region), found in sorted(together.items()):
        needed = sum(one.zone_count if one.nat_gateways == "per_zone" else 1 for one in found)
        if needed > _ADDRESSES:
            names = ", ".join(one.name for one in found)
            place = f"{region} of the account {account}" if account else region
            remarks.append(
                f"the NAT gateways of {names} need {needed} Elastic IP addresses in {place}, and a new account has "
                f'{_ADDRESSES}: request more in Service Quotas (code L-0263D0A3), or set nat_gateways = "single"'
            )
    return remarks
