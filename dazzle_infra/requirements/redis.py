"""The variable with the address of Redis, which provides two needs."""

from __future__ import annotations

from typing import Final

from dazzle_infra.requirements.evidence import whole_model
from dazzle_infra.requirements.settings import Claim

__all__ = ["REDIS_URL"]

# One reason for both needs, so that it does not change if one of them is removed. It is a secret because the address of
# the cloud's cache contains a token.
REDIS_URL: Final = Claim(
    "REDIS_URL",
    whole_model("cached answers and shared state, asynchronous work"),
    secret=True,
    origin="platform",
)
