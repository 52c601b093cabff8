"""The versions of Python that dazzle-infra is tested with."""

from __future__ import annotations

import sys

__all__ = ["NEWEST", "OLDEST", "TESTED", "untested_warning"]

OLDEST = (3, 11)
"""The oldest version that the package can be installed with."""

TESTED = ((3, 11), (3, 12), (3, 13), (3, 14))
"""The versions on which the tests run if they are installed; continuous integration installs all of them."""

NEWEST = TESTED[-1]


def untested_warning() -> str | None:
    """Return a warning if this Python is newer than the tested versions, else None."""
    if sys.version_info[:2] <= NEWEST:
        return None
    running, newest = ".".join(map(str, sys.version_info[:2])), ".".join(map(str, NEWEST))
    return f"Python {running} is not tested with this version of dazzle-infra; the newest tested version is {newest}"
