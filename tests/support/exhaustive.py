"""Parameters of tests of which a part runs at each change, and all before a release of a template."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

__all__ = ["exhaustive_except"]


def exhaustive_except(values: Iterable[Any], always: Collection[Any]) -> list[Any]:
    """Return the values as parameters; those that are not in `always` run with `make exhaustive` alone."""
    return [
        one
        if one in always
        else pytest.param(*(one if isinstance(one, tuple) else (one,)), marks=pytest.mark.exhaustive)
        for one in values
    ]
