"""How the project is installed and checked on a runner, by what its own files say."""

from __future__ import annotations

from dataclasses import dataclass

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.ci.records import Check

__all__ = ["Checking", "checking_of"]


@dataclass(frozen=True)
class Checking:
    """What was found.

    Attributes:
        install: Shell commands that install the project with its development tools.
        checks: What is checked, in order.
    """

    install: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


def checking_of(application: Application) -> Checking:
    """Return how the project is installed and checked; a tool that it does not have is not used."""
    return Checking()
