"""From requirements and manifest to the answers of the Docker template."""

from __future__ import annotations

import posixpath
from collections.abc import Set
from typing import Final

from dazzle_infra.answers._base import Variable
from dazzle_infra.answers.docker import DockerAnswers
from dazzle_infra.answers.project import ProjectFiles
from dazzle_infra.answers.runtimes import RuntimeName
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
_CUSTOMARY: Final[dict[RuntimeName, str]] = {
    "django": "manage.py",
    "fastapi": "main.py",
    "express": "server.js",
    "react": "src",
}
"""What goes into the image where nothing of the application is there yet."""


def docker_answers(manifest: Manifest, inferred: Inferred, title: str, files: ProjectFiles) -> DockerAnswers:
    """Reduce what is known to what the Docker template asks.

    A site that is built and served as files has nothing that could read a database or a variable, so that nothing
    is made for it.

    Args:
        manifest: What dazzle.toml says.
        inferred: What the application needs.
        title: The application's title.
        files: What the project's own files say.
    """
    docker, infra = manifest.docker, manifest.infra
    serving, runtime = files.serving, manifest.runtime.name
    is_static = runtime == "react"
    needed = frozenset() if is_static else frozenset(one.name for one in inferred if one.needed)
    scheduler = "scheduler" in needed and bool(infra.scheduler_command)
    web = infra.entry_points.get("web")
    return DockerAnswers(
        app_name=manifest.name,
        app_title=one_line(title),
        image_name=manifest.image_name,
        directory=docker.output,
        project_root=posixpath.relpath(".", docker.output),
        runtime=runtime,
        python_version=docker.python_version or files.python_version or _DEFAULTS.python_version,
        dependencies=files.dependencies,
        package_manager=files.package_manager,
        packages=sorted(serving.packages),
        build_command=list(serving.build),
        build_output=serving.output,
        develop_command=[] if web and web.command else list(serving.develop),
        migrate_command=list(serving.migrate) if "database" in needed else [],
        dazzle_version=manifest.dazzle_version or _DEFAULTS.dazzle_version,
        dazzle_extras=_extras(manifest, inferred),
        copy_paths=_copied(manifest, files),
        entry_points=list(manifest.entry_points),
        database="database" in needed,
        redis=bool(needed & {"cache", "queue"}),
        worker="worker" in needed and manifest.has_worker_command,
        worker_command=list(infra.worker_command),
        scheduler=scheduler,
        scheduler_command=list(infra.scheduler_command),
        mail="mail" in needed,
        storage="storage" in needed,
        storage_buckets=[] if is_static else _buckets(manifest, inferred),
        storage_endpoints=[] if is_static else storage_variables(inferred, "endpoints"),
        storage_regions=[] if is_static else storage_variables(inferred, "regions"),
        webhooks="webhooks" in needed,
        ledger="ledger" in needed,
        variables=[] if is_static else [variable(one) for one in external(inferred) if not one.cloud_only],
        secrets=[] if is_static else sorted(generated_secrets(inferred) | _container_secrets(needed)),
    )


def _copied(manifest: Manifest, files: ProjectFiles) -> list[str]:
    """Return what goes into the image: what dazzle.toml says, or what is customary; Dazzle reads its manifest."""
    said = manifest.docker.copy_paths
    if manifest.runtime.name == "dazzle":
        return sorted({"dazzle.toml", *manifest.image_paths(), *(() if said else files.copy_paths)})
    return sorted(said or files.copy_paths or (_CUSTOMARY[manifest.runtime.name],))


def _buckets(manifest: Manifest, inferred: Inferred) -> list[Variable]:
    names = storage_variables(inferred, "buckets")
    return [Variable(name=name, value=_bucket(manifest.name, name)) for name in names]


def _container_secrets(needed: Set[Need]) -> set[str]:
    """Return the secrets that the containers beside the application are given."""
    wanted: dict[str, Need] = {"POSTGRES_PASSWORD": "database", "STORAGE_SECRET_KEY": "storage"}
    return {name for name, need in wanted.items() if need in needed}


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
