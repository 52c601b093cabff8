"""The result of inference: requirements with their evidence, and environment variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["Evidence", "Inferred", "Need", "Origin", "Requirement", "Setting"]

Need: TypeAlias = str
"""The name of a need; `requirements.needs` lists them."""

Origin = Literal["platform", "generated", "external"]


@dataclass(frozen=True, order=True)
class Evidence:
    """One reason for or against a need, or for a variable.

    Attributes:
        construct: The kind of construct, in the singular and as in the DSL (`integration`, `entity`, `schedule`);
            `model` for the whole model, `manifest` for dazzle.toml, `runtime` for the application's runtime.
        name: The name of the construct; empty for the whole model.
        because: Why it requires the need, or does not: one clause.
        source: `file:line`, the path relative to the project, if the IR contains it.
    """

    construct: str
    name: str
    because: str
    source: str | None = None

    def __str__(self) -> str:
        """Return the kind and name of the construct: `integration pager_duty`."""
        return f"{self.construct} {self.name}".strip()


@dataclass(frozen=True)
class Requirement:
    """Whether the application has one need.

    Attributes:
        name: The need.
        needed: Whether the application has it.
        evidence: Why, or why not; never empty. The order is: overrides, the whole model, the application's own
            constructs, the platform's constructs.
        detail: Plain data about a need that the application has, described in the need's module; otherwise empty.
    """

    name: Need
    needed: bool
    evidence: tuple[Evidence, ...]
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """An environment variable of the application.

    Attributes:
        name: The variable.
        secret: Whether its value is a secret.
        default: A value for local development, or None.
        evidence: The constructs that read it; never empty.
        origin: Who sets it: `platform` for a value that the infrastructure knows (an address, a port), `generated`
            for a secret that can be generated, `external` for a value that the user must provide.
        cloud_only: Whether it is set in the cloud only.
        local_only: Whether it is set in local development only.
    """

    name: str
    secret: bool
    default: str | None
    evidence: tuple[Evidence, ...]
    origin: Origin = "external"
    cloud_only: bool = False
    local_only: bool = False


@dataclass(frozen=True)
class Inferred:
    """The result of inference.

    Attributes:
        requirements: One for each need, sorted by name.
        environment: The variables that the application reads, sorted by name.
    """

    requirements: tuple[Requirement, ...]
    environment: tuple[Setting, ...]

    def __getitem__(self, need: Need) -> Requirement:
        """Return the requirement for a need.

        Raises:
            KeyError: There is no need of that name.
        """
        for requirement in self.requirements:
            if requirement.name == need:
                return requirement
        raise KeyError(need)

    def __iter__(self) -> Iterator[Requirement]:
        """Iterate over the requirements."""
        return iter(self.requirements)

    def needs(self, need: Need) -> bool:
        """Return whether the application has a need.

        Raises:
            KeyError: There is no need of that name.
        """
        return self[need].needed
