"""Names of services that the server template cannot render."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dazzle_infra.errors import ManifestError, UsageError
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.workload.model import Workload

__all__ = ["COLORS", "PARTS", "check_names"]

COLORS: Final = ("blue", "green")
"""The two places for a version: each service that listens is two services of Compose, such as `web-blue`."""

PARTS: Final = frozenset(
    {
        "alertmanager",
        "backup",
        "blackbox-exporter",
        "caddy",
        "check-backup",
        "monitoring",
        "node-exporter",
        "postgres",
        "postgres-exporter",
        "prometheus",
        "redis",
        "restore",
        "storage",
        "storage-buckets",
        "task",
    }
)
"""Services, timers and memory limits of the stack itself."""


def check_names(manifest: Manifest, workload: Workload) -> None:
    """Refuse a service with the name of a part of the stack, or with one that ends with the name of a color.

    Args:
        manifest: What dazzle.toml says.
        workload: What runs.

    Raises:
        ManifestError: It is an entry point of dazzle.toml.
        UsageError: It is a schedule of the model.
    """
    for service in workload.services:
        color = next((one for one in COLORS if service.name.endswith(f"-{one}")), None)
        if color is None and service.name not in PARTS:
            continue
        reason = f"a name must not end with -{color}" if color else "a part of the server's stack has this name"
        if service.schedule is not None:
            raise UsageError(
                f"schedule {service.schedule.name}: its service is called {service.name}; {reason}",
                hint="rename the schedule in the model",
            )
        key, place = f"[infra.entry_points.{service.name}]", manifest.where("infra", "entry_points", service.name)
        raise ManifestError(
            f"{key} cannot be a service of the backend server: {reason}",
            where=replace(place, key=key),
            hint="rename the entry point",
        )
