"""From requirements and manifest to the answers of the Docker template."""

from __future__ import annotations

import posixpath

from dazzle_infra.answers._base import Variable
from dazzle_infra.answers.docker import DockerAnswers
from dazzle_infra.answers.project import ProjectFiles
from dazzle_infra.answers.shared import (
    external,
    generated_secrets,
    one_line,
    storage_variables,
    variable,
)
from dazzle_infra.inference.model import Inferred, Need
from dazzle_infra.manifest import Manifest

__all__ = ["docker_answers"]

_DEFAULTS = DockerAnswers()


def docker_answers(manifest: Manifest, inferred: Inferred, title: str, files: ProjectFiles) -> DockerAnswers:
    """Reduce what is known to what the Docker template asks.

    Args:
        manifest: What dazzle.toml says.
        inferred: What the application needs.
        title: The application's title.
        files: What the project's own files say.
    """
    docker, infra = manifest.docker, manifest.infra
    directory = docker.output
    buckets = storage_variables(inferred, "buckets")
    conventional = () if docker.copy_paths else files.copy_paths
    return DockerAnswers(
        app_name=manifest.name,
        app_title=one_line(title),
        image_name=manifest.image_name,
        directory=directory,
        project_root=posixpath.relpath(".", directory),
        python_version=docker.python_version or files.python_version or _DEFAULTS.python_version,
        dependencies=files.dependencies,
        dazzle_version=manifest.dazzle_version or _DEFAULTS.dazzle_version,
        dazzle_extras=_extras(manifest, inferred),
        copy_paths=sorted({"dazzle.toml", *manifest.image_paths(), *conventional}),
        entry_points=list(manifest.entry_points),
        database=inferred.needs("database"),
        redis=inferred.needs("cache") or inferred.needs("queue"),
        worker=inferred.needs("worker"),
        worker_command=list(infra.worker_command),
        scheduler=inferred.needs("scheduler") and bool(infra.scheduler_command),
        scheduler_command=list(infra.scheduler_command),
        mail=inferred.needs("mail"),
        storage=inferred.needs("storage"),
        storage_buckets=[Variable(name=name, value=_bucket(manifest.name, name)) for name in buckets],
        storage_endpoints=storage_variables(inferred, "endpoints"),
        storage_regions=storage_variables(inferred, "regions"),
        webhooks=inferred.needs("webhooks"),
        ledger=inferred.needs("ledger"),
        variables=[variable(setting) for setting in external(inferred) if not setting.cloud_only],
        secrets=sorted(generated_secrets(inferred) | _container_secrets(inferred)),
    )


def _container_secrets(inferred: Inferred) -> set[str]:
    """Return the secrets that the containers beside the application are given."""
    wanted: dict[str, Need] = {"POSTGRES_PASSWORD": "database", "STORAGE_SECRET_KEY": "storage"}
    return {name for name, need in wanted.items() if inferred.needs(need)}


def _extras(manifest: Manifest, inferred: Inferred) -> list[str]:
    """Return the extras of dazzle-dsl that the application's needs bring (names as of 0.125)."""
    wanted = {
        "serve": True,
        "redis": inferred.needs("cache") or inferred.needs("queue"),
        "aws": inferred.needs("storage"),
        "llm": inferred.needs("llm"),
        "social-auth": bool(manifest.facts.oauth_providers),
    }
    return sorted(name for name, is_wanted in wanted.items() if is_wanted)


def _bucket(app_name: str, variable_name: str) -> str:
    """Name a local bucket after the variable that holds it; S3 allows letters, digits and hyphens, at most 63."""
    return f"{app_name}-{variable_name.lower().replace('_', '-')}"[:63].strip("-")
