"""From a project's files to the application that backends work for."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.answers.declared import read_declared
from dazzle_infra.answers.project import read_project_files
from dazzle_infra.answers.runtimes import detect_runtime
from dazzle_infra.appspec import AppSpecSource, LoadedAppSpec, load_appspec
from dazzle_infra.backends.base import Application
from dazzle_infra.cli.options import Options
from dazzle_infra.config import read_config
from dazzle_infra.errors import PreconditionError
from dazzle_infra.inference import infer
from dazzle_infra.manifest import FILE_NAME, Manifest, read_manifest

__all__ = ["load", "project_of"]


def load(options: Options, *, needs_manifest: bool = True) -> tuple[Application, LoadedAppSpec]:
    """Read dazzle.toml and the model, and infer what the application needs.

    Args:
        options: The command's options.
        needs_manifest: Whether a project without dazzle.toml is an error; `explain --appspec` does without.
    """
    project = project_of(options)
    manifest = _running(project, _manifest(project, required=needs_manifest or options.appspec is None))
    config = read_config(template=options.template, offline=options.offline)
    source = AppSpecSource(
        file=options.appspec,
        configured=manifest.infra.appspec,
        dazzle=manifest.infra.dazzle,
        module_paths=manifest.module_paths,
        where=manifest.where,
    )
    loaded = load_appspec(project, source=source)
    inferred = infer(loaded.appspec, manifest.facts)
    return Application(project, manifest, loaded.appspec, inferred, config, config.access()), loaded


def project_of(options: Options) -> Path:
    """Return the project's root.

    Raises:
        PreconditionError: There is no such folder.
    """
    if not options.project.is_dir():
        raise PreconditionError(
            f"{options.project} is not a folder", code="no_project", hint="name the folder of dazzle.toml with -C"
        )
    return options.project.resolve()


def _running(project: Path, manifest: Manifest) -> Manifest:
    """Add what runs the application, as dazzle.toml or the project's files say."""
    chosen = manifest.infra.runtime
    where = str(manifest.where("infra", "runtime")) if chosen else None
    has_dsl = any(path.is_file() for folder in manifest.module_paths for path in (project / folder).rglob("*.dsl"))
    runtime = detect_runtime(chosen, where, read_declared(project), has_dsl=has_dsl)
    files = read_project_files(project, manifest.module_paths, runtime.name, manifest.web_port(runtime))
    return manifest.run_by(runtime, files.serving.start)


def _manifest(project: Path, *, required: bool) -> Manifest:
    if required or (project / FILE_NAME).exists():
        return read_manifest(project)
    return Manifest()
