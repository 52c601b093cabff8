"""The vocabulary: the values that a template can ask for, whatever it makes.

`vocabulary_models` states their names and types, and docs/template-vocabulary.md lists them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dazzle_infra.workload.crontab import cron_of
from dazzle_infra.workload.labels import APPLICATION_LIMIT, DNS_LABEL
from dazzle_infra.workload.model import Binding, Environment, Secret, Service, Setting, Workload

__all__ = ["VOCABULARY_VERSION", "Output", "vocabulary"]

VOCABULARY_VERSION: Final = 1
"""Raised when a name of the vocabulary is removed or renamed, or when its type or meaning changes."""

_LABEL: Final = re.compile(DNS_LABEL.pattern)


@dataclass(frozen=True)
class Output:
    """The output directory of a template, and the recorded values there.

    Attributes:
        directory: The output directory, POSIX, relative to the project.
        app_name: The recorded name of the application; that of dazzle.toml takes its place where there is none, or
            where it is no DNS label of at most 30 characters.
        image: The image with a tag or digest; None for the application's name and version.
        environments: Names of the environments, in this order; None for all.
        project_root: The project, POSIX, relative to the output directory; None for a directory below the project.
    """

    directory: str
    app_name: str | None = None
    image: str | None = None
    environments: tuple[str, ...] | None = None
    project_root: str | None = None


def vocabulary(workload: Workload, output: Output) -> dict[str, Any]:
    """Return the vocabulary of an application for one output, as plain data of which no part occurs twice.

    Raises:
        UsageError: A schedule is no cron expression.
    """
    name = _name(workload, output)
    return {
        "vocabulary_version": VOCABULARY_VERSION,
        "app_name": name,
        "app_title": workload.title,
        "app_version": workload.version,
        "directory": output.directory,
        "project_root": output.project_root or posixpath.relpath(".", output.directory),
        "runtime": workload.runtime,
        "image": output.image or f"{name}:{_tag(workload.version)}",
        "services": [_service(one) for one in workload.services],
        "stores": [one._asdict() for one in workload.stores],
        "bindings": _without_evidence(workload.bindings),
        "settings": _without_evidence(workload.settings),
        "secrets": _without_evidence(workload.secrets),
        "writable_paths": [one._asdict() for one in workload.writable_paths],
        "user_id": workload.user_id,
        "environments": [one._asdict() for one in _chosen(workload, output)],
    }


def _name(workload: Workload, output: Output) -> str:
    recorded = output.app_name
    if recorded and len(recorded) <= APPLICATION_LIMIT.longest and _LABEL.fullmatch(recorded):
        return recorded
    return APPLICATION_LIMIT.fit(workload.name)


def _service(service: Service) -> dict[str, Any]:
    schedule = service.schedule
    times = {"cron": cron_of(schedule), "timezone": schedule.timezone} if schedule else {"cron": "", "timezone": ""}
    told: dict[str, Any] = {}
    for key, value in service._asdict().items():
        told |= times if key == "schedule" else {key: value}
    return told | {"command": list(service.command), "variables": [one._asdict() for one in service.variables]}


def _without_evidence(variables: Sequence[Binding | Setting | Secret]) -> list[dict[str, Any]]:
    """Return variables without the files and lines that read them, which change without the variables."""
    return [{key: value for key, value in one._asdict().items() if key != "evidence"} for one in variables]


def _chosen(workload: Workload, output: Output) -> list[Environment]:
    names = output.environments
    if names is None:
        return list(workload.environments)
    return sorted((one for one in workload.environments if one.name in names), key=lambda one: names.index(one.name))


def _tag(version: str) -> str:
    """Return a version as the tag of an image (OCI distribution specification, "Pulling manifests")."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", version).lstrip(".-")[:128] or "latest"
