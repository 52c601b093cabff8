"""Profiles of environments, and the scale of an application in each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["SCALES", "Profile", "Scale", "Size", "profile_of"]

Profile = Literal["development", "staging", "production"]
Size = Literal["small", "medium", "large"]

_PRODUCTION = {"prod", "production", "prd", "live", "release"}
_STAGING = {"acceptance", "beta", "preprod", "preproduction", "qa", "rc", "sit", "stage", "staging", "stg", "uat"}
_BEFORE_PRODUCTION = {"non", "pre"}


@dataclass(frozen=True)
class Scale:
    """The sizes and numbers of an application's processes in one environment.

    Attributes:
        app_size: Size of each copy of a process that listens.
        app_min_count: Smallest number of copies.
        app_max_count: Largest number of copies.
        worker_size: Size of each worker.
        worker_count: Number of workers.
    """

    app_size: Size
    app_min_count: int
    app_max_count: int
    worker_size: Size
    worker_count: int


SCALES: Final[Mapping[Profile, Scale]] = {
    "development": Scale("small", 1, 2, "small", 1),
    "staging": Scale("small", 2, 4, "small", 1),
    "production": Scale("medium", 2, 10, "medium", 2),
}
"""The scale of each profile, smallest first."""


def profile_of(name: str) -> Profile:
    """Return the profile that an environment's name indicates: production for `prod-eu`, staging for `qa2`."""
    words = set(re.findall(r"[a-z]+", name.lower()))
    if words & _STAGING or (words & _PRODUCTION and words & _BEFORE_PRODUCTION):
        return "staging"
    return "production" if words & _PRODUCTION else "development"
