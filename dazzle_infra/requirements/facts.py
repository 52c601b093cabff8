"""Facts from dazzle.toml and from the project's dependencies that inference reads in addition to the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from dazzle_infra.requirements.model import Evidence, Need

if TYPE_CHECKING:
    from dazzle_infra.appspec.model import AppSpec
    from dazzle_infra.requirements.settings import Claim

__all__ = ["OAuthProvider", "Override", "ProjectFacts", "RuntimeVariables", "StorageTable", "no_variables"]


RuntimeVariables: TypeAlias = "Callable[[AppSpec, Set[Need], ProjectFacts], Iterable[Claim]]"


def no_variables(appspec: AppSpec, needs: Set[Need], facts: ProjectFacts) -> Iterable[Claim]:
    """Return no variables, for a runtime that reads none."""
    return ()


@dataclass(frozen=True)
class StorageTable:
    """A `[storage.NAME]` table of dazzle.toml.

    Attributes:
        name: The name of the store.
        bucket_variables: Variables that its `bucket` refers to as `${NAME}`.
        variables: The other variables that it refers to.
        source: `dazzle.toml:LINE`, or None.
    """

    name: str
    bucket_variables: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True)
class OAuthProvider:
    """An entry of `[[auth.oauth_providers]]` of dazzle.toml.

    Attributes:
        provider: The name of the provider.
        client_id_env: The variable with the client's id.
        client_secret_env: The variable with the client's secret.
        source: `dazzle.toml:LINE`, or None.
    """

    provider: str
    client_id_env: str
    client_secret_env: str
    source: str | None = None


@dataclass(frozen=True)
class Override:
    """An entry of `[infra.overrides]`: the user forces or forbids a need, with a reason.

    Attributes:
        needed: True to force the need, False to forbid it.
        reason: The user's reason.
        source: `dazzle.toml:LINE`, or None.
    """

    needed: bool
    reason: str
    source: str | None = None


@dataclass(frozen=True)
class ProjectFacts:
    """Facts from dazzle.toml and from the project's dependencies that affect requirements.

    Attributes:
        storage: The `[storage.NAME]` tables.
        oauth_providers: The `[[auth.oauth_providers]]`.
        tenant_isolation: `[tenant] isolation`, or None if it is not set.
        llm_driver: `[llm] driver`, or None if it is not set.
        overrides: Needs that the user forces or forbids.
        work: Evidence of dependencies that run tasks outside of requests.
        clocks: Evidence of dependencies that start tasks on a schedule.
        runtime_variables: Returns the variables that the application's runtime reads, for a model, its needs and these
            facts.
    """

    storage: tuple[StorageTable, ...] = ()
    oauth_providers: tuple[OAuthProvider, ...] = ()
    tenant_isolation: str | None = None
    llm_driver: str | None = None
    overrides: Mapping[Need, Override] = field(default_factory=dict)
    work: tuple[Evidence, ...] = ()
    clocks: tuple[Evidence, ...] = ()
    runtime_variables: RuntimeVariables = field(default=no_variables, compare=False)
