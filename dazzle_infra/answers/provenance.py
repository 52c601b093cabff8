"""Where an answer comes from: evidence, a key of dazzle.toml, an override, or a default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from dazzle_infra.inference.model import Inferred, Need
from dazzle_infra.manifest import Manifest

__all__ = ["DOCKER_SOURCES", "TERRAFORM_SOURCES", "Source", "provenance"]

Source = Sequence[Need] | str
"""The needs that an answer follows from, or the key of dazzle.toml that it is."""

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
        return _of_key(source, manifest) if source else "the model and the project's files"
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
    return f"[{'.'.join(tables)}] {name.removesuffix('_paths')}" if is_set else "a default"
