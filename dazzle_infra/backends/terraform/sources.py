"""Where the answers of the Terraform template come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.entry_sources import stated_table
from dazzle_infra.backends.provenance import SHARED_SOURCES, Source
from dazzle_infra.backends.terraform.settings import SHARED_KEYS, terraform_settings
from dazzle_infra.clouds.aws.profiles import profile_values
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.profiles import profile_of

__all__ = ["TERRAFORM_SOURCES", "source_of_environment"]

TERRAFORM_SOURCES: Mapping[str, Source] = {
    **SHARED_SOURCES,
    "cache": ["cache"],
    "queue": ["queue"],
    "schedules": ["scheduler"],
    "cloud_provider": "infra.terraform.cloud_provider",
    "directory": "infra.terraform.root_module",
    "environments": "infra.terraform.environments",
    "dockerfile": "infra.dockerfile",
    "build_context": "infra.dockerfile",
    "build_secrets": "infra.docker.build_secrets",
    "deployer_service": "infra.terraform.deployers",
    "deployer_project": "infra.terraform.deployers",
    "deployer_branch": "infra.terraform.deployers",
    "deployer_issuer": "infra.terraform.deployers",
}
_LIMITS: Final = {
    "app_max_count": "app_min_count",
    "app_min_count": "app_max_count",
    "database_max_storage_gb": "database_storage_gb",
    "database_storage_gb": "database_max_storage_gb",
}
"""Pairs of limits: if one is set beyond the other, the other is moved."""


def source_of_environment(difference: Difference, manifest: Manifest) -> str:
    """Return where the new value of an environment comes from."""
    name, key = difference.entry, difference.key
    if key is None:
        return stated_table(manifest, "infra", "terraform", key="environments") or "the default environments"
    own = _stated(manifest, name, key)
    if own is not None:
        return own
    if key in ("region", "container_image", "container_registry_access"):
        shared = stated_table(manifest, "infra", "terraform", key=key)
        return shared or f"no {key} in dazzle.toml"
    if key == "network_cidr":
        return "the first range that no other environment uses"
    if key == "excluded_zone_ids":
        return "the zones that the services do not support"
    if key == "profile":
        return "the name of the environment"
    if key == "profile_version":
        return "the version of the profiles that the environment was generated with"
    settings = terraform_settings(manifest).settings_of(name, manifest.infra.env)
    profile = settings.profile or profile_of(name)
    values = profile_values(profile)
    paired = stated_table(manifest, "infra", "terraform", "env", name, key=_LIMITS[key]) if key in _LIMITS else None
    if paired is not None and values.get(key) != difference.after:
        return f"{_LIMITS[key]}: {paired}"
    version, stated = _stated(manifest, name, "profile_version"), _stated(manifest, name, "profile")
    if version and values.get(key) != profile_values(profile, 1).get(key):
        return f"profile_version: {version}"
    if key in values:
        return f"profile: {stated}" if stated else f"the profile {profile}"
    return f"no {key} in [infra.terraform.env.{name}]"


def _stated(manifest: Manifest, environment: str, key: str) -> str | None:
    """Return the table that sets a value of an environment, with the line; None if dazzle.toml does not set it."""
    own = stated_table(manifest, "infra", "terraform", "env", environment, key=key)
    if own is not None or key not in SHARED_KEYS:
        return own
    return stated_table(manifest, "infra", "env", environment, key=SHARED_KEYS[key])
