"""What dazzle.toml adds to the model, as far as inference is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dazzle_infra.inference.model import Need

__all__ = ["OAuthProvider", "Override", "ProjectFacts", "StorageTable"]


@dataclass(frozen=True)
class StorageTable:
    """A `[storage.NAME]` table of Dazzle's.

    Attributes:
        name: The store's name.
        bucket_variables: Variables that its `bucket` refers to as `${NAME}`.
        variables: Every other variable that it refers to.
        source: `dazzle.toml:LINE`, or None.
    """

    name: str
    bucket_variables: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True)
class OAuthProvider:
    """An entry of Dazzle's `[[auth.oauth_providers]]`: who signs people in, and two names of variables."""

    provider: str
    client_id_env: str
    client_secret_env: str
    source: str | None = None


@dataclass(frozen=True)
class Override:
    """An entry of `[infra.overrides]`: a need that a person forces or forbids, and why."""

    needed: bool
    reason: str
    source: str | None = None


@dataclass(frozen=True)
class ProjectFacts:
    """What of dazzle.toml changes requirements.

    Attributes:
        storage: Dazzle's storage tables.
        oauth_providers: Dazzle's OAuth providers.
        tenant_isolation: `[tenant] isolation`, or None where it is not set.
        llm_driver: `[llm] driver`, or None where it is not set.
        overrides: What a person forces or forbids.
        runtime: What runs the application.
    """

    storage: tuple[StorageTable, ...] = ()
    oauth_providers: tuple[OAuthProvider, ...] = ()
    tenant_isolation: str | None = None
    llm_driver: str | None = None
    overrides: Mapping[Need, Override] = field(default_factory=dict)
    runtime: str = "dazzle"
