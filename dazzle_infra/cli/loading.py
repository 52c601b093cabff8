"""From a project's files to the application that backends work for."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.appspec import AppSpecSource, LoadedAppSpec, load_appspec
from dazzle_infra.backends.base import Application
from dazzle_infra.cli.app import Options
from dazzle_infra.errors import PreconditionError
from dazzle_infra.inference import infer
from dazzle_infra.manifest import Manifest, read_manifest

__all__ = ["load"]


def load(options: Options, *, needs_manifest: bool = True) -> tuple[Application, LoadedAppSpec]:
    """Read dazzle.toml and the model, and infer what the application needs.

    Args:
        options: The command's options.
        needs_manifest: Whether a project without dazzle.toml is an error; `explain --appspec` does without.
    """
    project = options.project.resolve()
    manifest = _manifest(project, required=needs_manifest or options.appspec is None)
    loaded = load_appspec(
        project,
        source=AppSpecSource(file=options.appspec, manifest_file=manifest.infra.appspec, dazzle=manifest.infra.dazzle),
    )
    inferred = infer(loaded.appspec, manifest.facts)
    return Application(project, manifest, loaded.appspec, inferred), loaded


def _manifest(project: Path, *, required: bool) -> Manifest:
    try:
        return read_manifest(project)
    except PreconditionError:
        if required or (project / "dazzle.toml").exists():
            raise
    return Manifest()
