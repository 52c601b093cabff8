"""Where the answers of the server template, and values of the application's variables, come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dazzle_infra.backends.provenance import SHARED_SOURCES, Source
from dazzle_infra.workload.model import Role

__all__ = ["ENVIRONMENT_KEYS", "EXTERNAL_ROLES", "MAIL_ROLES", "SERVER_SOURCES"]

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

ENVIRONMENT_KEYS: Final[Mapping[str, str]] = {
    "backup_repository": "backup",
    "domain": "domain_name",
    "memory": "memory_mb",
    "postgres": "memory_mb",
}
"""Fields of an environment whose keys of dazzle.toml have another name, or that follow from another key."""

MAIL_ROLES: Final[frozenset[Role]] = frozenset({"mail_provider", "smtp_host", "smtp_port"})
"""Roles of variables that a mail server elsewhere gives."""

EXTERNAL_ROLES: Final[frozenset[Role]] = MAIL_ROLES | {"bucket", "endpoint", "region"}
"""Those, and the roles of variables that an object storage elsewhere gives."""
