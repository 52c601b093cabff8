"""Where an answer comes from: evidence, a key of dazzle.toml, an override, or a default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from dazzle_infra.inference.model import Inferred, Need
from dazzle_infra.manifest import Manifest

__all__ = ["DOCKER_SOURCES", "TERRAFORM_SOURCES", "Source", "provenance"]

Source = Sequence[Need] | str
"""The needs that an answer follows from, or the key of dazzle.toml that it is."""

_A_DEFAULT = "a default"
_SHARED: dict[str, Source] = {
    "database": ["database"],
    "ledger": ["ledger"],
    "mail": ["mail"],
    "scheduler": ["scheduler"],
    "scheduler_command": "infra.scheduler_command",
    "storage": ["storage"],
    "storage_buckets": ["storage"],
    "webhooks": ["webhooks"],
    "worker": ["worker"],
    "worker_command": "infra.worker_command",
    "app_name": "infra.name",
    "entry_points": "infra.entry_points",
}
_TOLD: Mapping[str, str] = {
    "app_name": "[project] name",
    "app_title": "the model's title",
    "build_command": "what the project's files build with",
    "build_output": "what the project's files build with",
    "copy_paths": "what the project has of the customary files",
    "dazzle_extras": "what the model needs of Dazzle",
    "dependencies": "the project's files that name its packages",
    "develop_command": "how the runtime serves in development",
    "entry_points": "the runtime's own",
    "generated_secrets": "the secrets of the runtime and of the model's needs",
    "image_name": "the application's name",
    "migrate_command": "how the project's files migrate a database",
    "node_version": "the template's default",
    "package_manager": "the project's lock file and package.json",
    "packages": "what serves the runtime and the project does not name",
    "project_root": "the output folder",
    "python_version": "requires-python of the project, else a default",
    "secrets": "the variables of the model and of what runs",
    "settings": "the variables of the model",
    "storage_endpoints": "what the model and [storage] name",
    "storage_regions": "what the model and [storage] name",
    "variables": "the variables of the model",
}
"""Where an answer comes from that is neither one need's nor one key's."""

DOCKER_SOURCES: Mapping[str, Source] = {
    **_SHARED,
    "redis": ["cache", "queue"],
    "copy_paths": "infra.docker.copy_paths",
    "dazzle_version": "infra.dazzle_version",
    "directory": "infra.docker.output",
    "image_name": "infra.docker.image_name",
    "python_version": "infra.docker.python_version",
}
TERRAFORM_SOURCES: Mapping[str, Source] = {
    **_SHARED,
    "cache": ["cache"],
    "queue": ["queue"],
    "schedules": ["scheduler"],
    "cloud_provider": "infra.terraform.cloud_provider",
    "directory": "infra.terraform.root_module",
    "environments": "infra.terraform.environments",
}


def provenance(question: str, sources: Mapping[str, Source], manifest: Manifest, inferred: Inferred) -> str:
    """Say where the answer to a question comes from, in a few words."""
    source = sources.get(question, "")
    if question == "runtime":
        evidence = manifest.runtime.evidence
        return evidence.because if evidence.construct == "model" else f"{evidence}: {evidence.because}"
    if question == "dazzle_version" and manifest.dazzle_version and not manifest.infra.dazzle_version:
        return "[project] framework_version"
    if isinstance(source, str):
        key = _of_key(source, manifest) if source else _A_DEFAULT
        return _TOLD.get(question, key) if key == _A_DEFAULT else key
    requirements = [inferred[need] for need in source]
    decisive = [one for one in requirements if one.needed] or requirements
    first = decisive[0].evidence[0]
    return first.because if first.construct == "model" else f"{first}: {first.because}"


def _of_key(key: str, manifest: Manifest) -> str:
    """Name the key where dazzle.toml sets it."""
    *tables, name = key.split(".")
    table: BaseModel = manifest.infra
    for step in tables[1:]:
        table = getattr(table, step)
    is_set = name in table.model_fields_set
    return f"[{'.'.join(tables)}] {name.removesuffix('_paths')}" if is_set else _A_DEFAULT
