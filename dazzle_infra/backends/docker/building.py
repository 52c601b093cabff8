"""From requirements and manifest to the answers of the Docker template."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Set

from dazzle_infra.backends.docker.administrator import creates_admin
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.own_dockerfile import own_entry_points, own_files, own_runtime
from dazzle_infra.backends.docker.package_answers import package_answers
from dazzle_infra.backends.docker.runtime_answers import runtime_answers
from dazzle_infra.backends.docker.settings import docker_settings, image_paths
from dazzle_infra.backends.entry_points import answered_entry_points
from dazzle_infra.backends.identity import Made
from dazzle_infra.project.files import ProjectFiles
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.packages.stage import PackagesStage
from dazzle_infra.requirements.model import Inferred, Need
from dazzle_infra.values.names import NameLimit
from dazzle_infra.values.records import Variable
from dazzle_infra.workload.needs import applicable
from dazzle_infra.workload.variables import external, generated_secrets, one_line, storage_variables, variable

__all__ = ["COMPOSE_NAME", "docker_answers"]

_DEFAULTS = DockerAnswers()
_BUCKET_NAME = NameLimit(63)
COMPOSE_NAME = NameLimit(63)
"""The length of a project's name. Compose has no limit; names of hosts and buckets have this one."""


def docker_answers(
    manifest: Manifest,
    inferred: Inferred,
    title: str,
    files: ProjectFiles,
    made: Made | None = None,
    stage: PackagesStage | None = None,
) -> DockerAnswers:
    """Reduce what is known to what the Docker template asks.

    Args:
        manifest: What dazzle.toml says.
        inferred: What the application needs.
        title: The application's title.
        files: What the project's own files say.
        made: What was made already, whose names are kept.
        stage: What those files say that declare the packages.
    """
    docker, infra, made = docker_settings(manifest), manifest.infra, made or Made()
    name = made.name(manifest, COMPOSE_NAME)
    runtime, entry_points = manifest.runtime.record, answered_entry_points(manifest)
    if infra.dockerfile:
        runtime, files = own_runtime(runtime), own_files(manifest, files)
        entry_points = own_entry_points(manifest, entry_points)
    commands = files.commands
    dazzle_extras = _extras(manifest, inferred)
    inferred = applicable(manifest, inferred)
    needed = frozenset(one.name for one in inferred if one.needed)
    # A stated command replaces the scheduler of the project's task queue.
    scheduler_command = infra.scheduler_command or manifest.work.scheduler
    web = infra.entry_points.get("web")
    return DockerAnswers(
        app_name=name,
        app_title=one_line(title),
        image_name=docker.image_name or name,
        directory=docker.output,
        project_root=posixpath.relpath(".", docker.output),
        **runtime_answers(runtime, entry_points[0].command),
        dockerfile=infra.dockerfile or "",
        python_version=docker.python_version or files.python_version or _DEFAULTS.python_version,
        node_version=files.node_version or _DEFAULTS.node_version,
        dependencies=files.dependencies,
        package_manager=files.package_manager,
        packages=sorted(commands.packages),
        **package_answers(docker, stage or PackagesStage(), files),
        build_command=list(commands.build),
        build_output=commands.output,
        develop_command=[] if infra.commands.serve or (web and web.command) else list(commands.develop),
        migrate_command=list(commands.migrate) if "database" in needed and not runtime.has_image_commands else [],
        dazzle_version=manifest.dazzle_version or _DEFAULTS.dazzle_version,
        dazzle_extras=dazzle_extras,
        copy_paths=_copied(manifest, files),
        entry_points=entry_points,
        database="database" in needed,
        runs_migrations="database" in needed and bool(commands.migrate),
        admin_command=list(runtime.admin_command) if creates_admin(manifest) and "database" in needed else [],
        redis=bool(needed & {"cache", "queue"}),
        worker="worker" in needed and manifest.has_worker_command,
        worker_command=list(manifest.worker_command),
        scheduler="scheduler" in needed and bool(scheduler_command),
        scheduler_command=list(scheduler_command),
        mail="mail" in needed,
        storage="storage" in needed,
        storage_buckets=_buckets(name, made, inferred),
        storage_endpoints=storage_variables(inferred, "endpoints"),
        storage_regions=storage_variables(inferred, "regions"),
        webhooks="webhooks" in needed,
        ledger="ledger" in needed,
        variables=[variable(one) for one in external(inferred) if not one.cloud_only],
        secrets=sorted(generated_secrets(inferred) | _container_secrets(needed)),
    )


def _copied(manifest: Manifest, files: ProjectFiles) -> list[str]:
    """Return what goes into the image: what dazzle.toml says, or what is customary, and the model for who reads it."""
    said, runtime = docker_settings(manifest).copy_paths, manifest.runtime.record
    if runtime.reads_model:
        return sorted({"dazzle.toml", *image_paths(manifest), *(() if said else files.copy_paths)})
    return sorted(said or files.copy_paths or (runtime.placeholder,))


def _buckets(app_name: str, made: Made, inferred: Inferred) -> list[Variable]:
    """Return the variables of buckets; a bucket keeps its recorded name as long as the application keeps its own."""
    recorded = made.recorded.get("storage_buckets") if made.recorded.get("app_name") == app_name else None
    listed = [one for one in recorded if isinstance(one, Mapping)] if isinstance(recorded, list) else []
    kept = {one.get("name"): one.get("value") for one in listed}
    names = storage_variables(inferred, "buckets")
    return [
        Variable(name=name, value=value if isinstance(value := kept.get(name), str) else _bucket(app_name, name))
        for name in names
    ]


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
    return _BUCKET_NAME.fit(f"{app_name}-{variable_name.lower().replace('_', '-')}".strip("-"))
