"""The entry points as the Terraform template asks for them: with what is in front of each server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.entry_points import answered_entry_points
from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.errors import ManifestError, Where
from dazzle_infra.project.files import ProjectFiles
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.runtimes.servers import front_of, unread_range
from dazzle_infra.values.records import EntryPoint
from dazzle_infra.workload.model import Workload

__all__ = ["CloudEntryPoint", "check_servers", "check_shell", "cloud_entry_points"]

_SHELL = "shell"


class CloudEntryPoint(EntryPoint):
    """A process of the application that listens behind the load balancer of the cloud.

    Attributes:
        health_host: Value of the header `Host` that the application accepts at the health path; empty for any.
        proxy: When a proxy runs beside it: `without_domain` if the server works directly behind a load balancer with
            HTTPS, `never` for static files.
        forwarded_from: The clients whose X-Forwarded-* headers the server uses if there is no proxy: those of the
            `network`, or `any`.
    """

    health_host: str = ""
    proxy: Literal["always", "without_domain", "never"] = "without_domain"
    forwarded_from: Literal["network", "any"] = "network"


def cloud_entry_points(manifest: Manifest, workload: Workload, files: ProjectFiles) -> list[CloudEntryPoint]:
    """Return what listens, `web` first.

    Args:
        manifest: The content of dazzle.toml.
        workload: What runs.
        files: The facts in the project's own files.
    """
    services = {one.name: one for one in workload.services}
    found = []
    for entry in answered_entry_points(manifest):
        service = services[entry.name]
        is_static = manifest.runtime.record.serves_static_files and entry.name == "web"
        front = front_of(service.command, files.servers)
        found.append(
            CloudEntryPoint(
                **entry.model_dump(),
                health_host=service.health_host,
                proxy="never"
                if is_static
                else "always"
                if front == "proxy" or service.health_host
                else "without_domain",
                forwarded_from="any" if front == "any" else "network",
            )
        )
    return found


def check_servers(application: Application) -> None:
    """Refuse a command with a range of addresses that the project's version of the server does not read.

    Raises:
        ManifestError: There is such a command.
    """
    for service in application.workload.services:
        found = unread_range(service.command, application.files.servers) if service.port else None
        if found is not None:
            table = f"[infra.entry_points.{service.name}] command"
            raise ManifestError(
                f"{found.server} {found.locked.version} does not read the range of addresses in {found.option}, which "
                f"is in {table}",
                where=found.locked.where,
                hint=f"raise {found.server} to {found.since} or newer, or remove the option: the generated files set "
                "FORWARDED_ALLOW_IPS",
            )


def check_shell(manifest: Manifest, environments: Iterable[Environment]) -> None:
    """Refuse an entry point with the name of the task that `shell_access` creates.

    Raises:
        ManifestError: There is one.
    """
    with_shell = [one.name for one in environments if one.shell_access]
    if with_shell and _SHELL in manifest.infra.entry_points:
        raise ManifestError(
            f"{_SHELL} is also the task that shell_access = true of {with_shell[0]} creates",
            where=Where(file="dazzle.toml", key=f"[infra.entry_points.{_SHELL}]"),
            hint=f"rename the entry point, or remove shell_access from [infra.terraform.env.{with_shell[0]}]",
        )
