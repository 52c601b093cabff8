"""The values that identify existing resources, such as names: those that an update keeps, and those that it changes."""

from __future__ import annotations

from dataclasses import dataclass

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.identity import Kept, Replaced
from dazzle_infra.operations.existing import Existing
from dazzle_infra.operations.target import Target

__all__ = ["Identity", "identity_of"]


@dataclass(frozen=True)
class Identity:
    """The values that identify existing resources.

    Attributes:
        kept: Values that are kept although dazzle.toml has others.
        replaced: Values that change, so that resources are replaced.
    """

    kept: tuple[Kept, ...] = ()
    replaced: tuple[Replaced, ...] = ()

    @property
    def destroys_data(self) -> bool:
        """Whether a resource with data is replaced."""
        return any(one.holds_data for one in self.replaced)


def identity_of(application: Application, existing: Existing, target: Target) -> Identity:
    """Return the identifying values that an update keeps and changes."""
    backend, after = existing.backend, target.answers
    return Identity(
        kept=tuple(backend.kept(application, target.made, after)),
        replaced=tuple(backend.replaced(existing.recorded.answers, after)),
    )
