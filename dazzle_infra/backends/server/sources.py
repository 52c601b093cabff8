"""Where the answers of the server template come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dazzle_infra.backends.provenance import SHARED_SOURCES, Source

__all__ = ["ENVIRONMENT_KEYS", "SERVER_SOURCES"]

SERVER_SOURCES: Final[Mapping[str, Source]] = {
    "app_name": SHARED_SOURCES["app_name"],
    "runtime": SHARED_SOURCES["runtime"],
    "build_context": "infra.dockerfile",
    "build_secrets": "infra.docker.build_secrets",
    "directory": "infra.server.output",
    "dockerfile": "infra.dockerfile",
    "environments": "infra.server.environments",
    "monitoring": "infra.server.monitoring",
    "object_storage": "infra.server.object_storage",
    "schedules": ["scheduler"],
    "secrets_source": "infra.server.secrets",
}

ENVIRONMENT_KEYS: Final[Mapping[str, str]] = {"backup_repository": "backup", "domain": "domain_name"}
"""Fields of an environment whose keys of dazzle.toml have another name."""
