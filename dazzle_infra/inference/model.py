"""What an application needs, and why: the result of inference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Evidence", "Inferred", "Need", "Origin", "Requirement", "Setting"]

Need = Literal[
    "cache",
    "database",
    "ledger",
    "llm",
    "mail",
    "queue",
    "scheduler",
    "search",
    "storage",
    "tenancy",
    "webhooks",
    "worker",
]
Origin = Literal["platform", "generated", "external"]


@dataclass(frozen=True, order=True)
class Evidence:
    """One reason.

    Attributes:
        construct: The kind of construct, singular, as the DSL calls it: `integration`, `entity`, `schedule`;
            `model` where the whole model is meant, `manifest` for what dazzle.toml says, `runtime` for what runs
            the application.
        name: Its name; empty for the whole model.
        because: Why that asks for the need, or why it does not: one clause.
        source: `file:line`, the path relative to the project, where the IR carries it.
    """

    construct: str
    name: str
    because: str
    source: str | None = None

    def __str__(self) -> str:
        """Name the construct as people do: `integration pager_duty`."""
        return f"{self.construct} {self.name}".strip()


@dataclass(frozen=True)
class Requirement:
    """Whether one need is there.

    Attributes:
        name: The need.
        needed: Whether it is there.
        evidence: Why, or why not; never empty; sorted: overrides, the whole model, the application's
            own constructs, the platform's.
        detail: What the need carries while it is there; plain data. `tenancy` has `mode`; `scheduler` has
            `schedules`, each with `construct`, `name`, `cron`, `interval_seconds`, `timezone`; `storage` has
            `buckets`, `endpoints` and `regions`, the names of the variables that hold those.
    """

    name: Need
    needed: bool
    evidence: tuple[Evidence, ...]
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A variable of the application's environment.

    Attributes:
        name: The variable.
        secret: Whether its value is a secret.
        default: A value for local development, where one makes sense.
        evidence: What reads it; never empty.
        origin: Who sets it: `platform` for what the infrastructure knows (an address, a port), `generated` for a
            secret that can be made up, `external` for what a person must get from somebody.
        cloud_only: Whether only the cloud has it.
        local_only: Whether only local development has it.
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
    """All requirements, sorted by name, one for each need, and the environment, sorted by name."""

    requirements: tuple[Requirement, ...]
    environment: tuple[Setting, ...]

    def __getitem__(self, need: Need) -> Requirement:
        """Return the requirement of that name."""
        return next(requirement for requirement in self.requirements if requirement.name == need)

    def __iter__(self) -> Iterator[Requirement]:
        """Iterate over the requirements."""
        return iter(self.requirements)

    def needs(self, need: Need) -> bool:
        """Say whether that need is there."""
        return self[need].needed
