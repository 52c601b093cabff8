"""Where an answer comes from: evidence, a key of dazzle.toml, an override, or a default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dazzle_infra.backends.identity import stated_in
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.requirements.model import Inferred, Need

__all__ = ["RUNTIME_KEY", "SHARED_SOURCES", "Source", "cause_of", "is_general", "keys_of", "provenance"]

Source = Sequence[Need] | str
"""The needs that an answer follows from, or the key of dazzle.toml that it is."""

RUNTIME_KEY = "infra.runtime"
"""The source of answers that follow from the runtime, which is also detected."""

_A_DEFAULT = "a default"
_OF_THE_RUNTIME = "the runtime of the application"
SHARED_SOURCES: Mapping[str, Source] = {
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
    "runtime": RUNTIME_KEY,
}
_TOLD: Mapping[str, str] = {
    "admin_command": "no hook that creates an administrator",
    "app_name": "[project] name",
    "app_title": "the model's title",
    "build_context": "the project's dependency files",
    "build_command": "the build script of the project",
    "build_output": "the output of the project's build script",
    "copy_paths": "which conventional paths the project has",
    "dazzle_extras": "the features of Dazzle that the model uses",
    "dependencies": "the project's dependency files",
    "develop_command": "the development server of the runtime",
    "editable_folders": "the project's dependency files",
    "entry_points": "the default of the runtime",
    "environments": "the default environments",
    "generated_secrets": "the secrets of the runtime and of the needs",
    "hashed_requirements": "the project's dependency files",
    "health_host": "the hosts of tenants in the model",
    "image_name": "the application's name",
    "install_commands": "the project's dependency files",
    "install_path": "the project's dependency files",
    "migrate_command": "the migrations in the project",
    "node_version": ".nvmrc, .node-version or engines.node of package.json, else a default",
    "package_files": "the project's dependency files",
    "package_folders": "the project's dependency files",
    "package_manager": "the project's lock file and package.json",
    "packages": "the packages that the runtime needs and the project does not declare",
    "project_path": "the project's dependency files",
    "project_root": "the output directory",
    "python_version": ".python-version or requires-python of the project, else a default",
    "renamed_buckets": "the recorded storage_buckets",
    "runtime_install_commands": "the project's dependency files",
    "runs_migrations": "the migrations in the project",
    "secrets": "the variables of the model and of the processes",
    "settings": "the variables of the model",
    "serve_command": "the default of the runtime",
    "state_region": "the region of the first environment",
    "state_regions": "the regions of the environments",
    "storage_endpoints": "the buckets of the model and of [storage]",
    "storage_regions": "the buckets of the model and of [storage]",
    "upgraded_from_1x": "the version of the template that first made the files",
    "tenant_domain": "the hosts of tenants in the model",
    "variables": "the variables of the model",
}
"""Where an answer comes from that is neither one need's nor one key's."""

_OF_FILES = (
    "build_command",
    "build_context",
    "build_output",
    "copy_paths",
    "migrate_command",
    "node_version",
    "package_manager",
    "packages",
    "python_version",
)
"""Questions that the project's files answer, if no key of dazzle.toml does."""


def provenance(question: str, sources: Mapping[str, Source], manifest: Manifest, inferred: Inferred) -> str:
    """Say where the answer to a question comes from, in a few words."""
    source = sources.get(question, "")
    if source == RUNTIME_KEY and question != "runtime":
        return _OF_THE_RUNTIME
    if source == RUNTIME_KEY:
        evidence = manifest.runtime.evidence
        return evidence.because if evidence.construct == "model" else f"{evidence}: {evidence.because}"
    if question == "dazzle_version" and manifest.dazzle_version and not manifest.infra.dazzle_version:
        return stated_in(manifest, "project", "framework_version")
    if question == "app_name" and manifest.infra.name is None:
        return stated_in(manifest, "project", "name")
    work = manifest.work.evidence
    if work and source in ("infra.worker_command", "infra.scheduler_command") and not manifest.says(*source.split(".")):
        return f"{work[0]}: {work[0].because}"
    if isinstance(source, str):
        key = _of_key(source, manifest) if source else _A_DEFAULT
        return _TOLD.get(question, key) if key == _A_DEFAULT else key
    requirements = [inferred[need] for need in source]
    decisive = [one for one in requirements if one.needed] or requirements
    first = decisive[0].evidence[0]
    return first.because if first.construct == "model" else f"{first}: {first.because}"


def keys_of(path: Sequence[str], sources: Mapping[str, Source]) -> Sequence[tuple[str, ...]]:
    """Return the keys of dazzle.toml that may set an answer, or a field of it, which `path` names."""
    question, *fields = path
    source = sources.get(question)
    if not isinstance(source, str):
        return ()
    return ((*source.split("."), *fields),)


def is_general(because: str) -> bool:
    """Return whether a provenance is a default, and names neither evidence nor a key of dazzle.toml."""
    return because in (_A_DEFAULT, _OF_THE_RUNTIME) or because in _TOLD.values()


def cause_of(reasons: Sequence[str]) -> str:
    """Return what of a project changed if answers with these provenances did.

    Args:
        reasons: The provenances.
    """
    causes = {_cause(because) for because in reasons}
    return causes.pop() if len(causes) == 1 else "the project"


def _cause(because: str) -> str:
    if because in {_TOLD[name] for name in _OF_FILES} or because.startswith("project "):
        return "the project's files"
    if because.startswith(("[", "manifest ")):
        return "dazzle.toml"
    return "the project" if is_general(because) else "the model"


def _of_key(key: str, manifest: Manifest) -> str:
    """Name the key and its line where dazzle.toml sets it."""
    path = key.split(".")
    return stated_in(manifest, *path) if manifest.says(*path) else _A_DEFAULT
