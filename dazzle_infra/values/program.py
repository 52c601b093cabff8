"""The name by which the program was called, for the commands that messages print."""

from __future__ import annotations

__all__ = ["name_program", "program"]

_called = ["dazzle-infra"]


def name_program(name: str) -> None:
    """Set the name by which this process was called: `dazzle infra` or `dazzle-infra`."""
    _called[0] = name


def program() -> str:
    """Return the name with which printed commands begin, so that the user can paste them.

    An environment without Dazzle has only `dazzle-infra`.
    """
    return _called[0]
