"""Loading a project: dazzle.toml, the model, and the inferred needs."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from dazzle_infra.appspec import AppSpecSource, LoadedAppSpec, load_appspec
from dazzle_infra.backends import backend_tables
from dazzle_infra.backends.application import Application, Project
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import output_of
from dazzle_infra.cli.unusable import note_unusable_backends
from dazzle_infra.config import read_config
from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.project.files import ProjectFiles, read_project_files
from dazzle_infra.project.manifest import FILE_NAME, Manifest, empty_manifest, find_project, read_manifest
from dazzle_infra.project.packages.declared import read_declared
from dazzle_infra.project.packages.documents import check_documents
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.project.runtimes.detection import detect_runtime
from dazzle_infra.repository.carried import carried
from dazzle_infra.requirements import infer

__all__ = ["load", "load_project", "manifest_of", "project_of"]


def load(options: Options, *, needs_manifest: bool = True) -> tuple[Application, LoadedAppSpec]:
    """Read dazzle.toml and the model, and infer the application's needs.

    Args:
        options: The command's options.
        needs_manifest: Whether a project without dazzle.toml is an error; `explain --appspec` works without it.

    Raises:
        PreconditionError: The project or its dazzle.toml does not exist or cannot be read.
        ManifestError: dazzle.toml is not valid.
        AppSpecError: The model is not valid.
    """
    note_unusable_backends(output_of(options))
    project = project_of(options)
    manifest, files = _running(project, manifest_of(project, required=needs_manifest or options.appspec is None))
    config = read_config(manifest.tables, template=options.template, offline=options.offline)
    source = AppSpecSource(
        file=options.appspec,
        configured=manifest.infra.appspec,
        dazzle=manifest.infra.dazzle,
        module_paths=manifest.module_paths,
        where=manifest.where,
    )
    loaded = load_appspec(project, source=source)
    inferred = infer(loaded.appspec, manifest.facts)
    return Application(project, manifest, loaded.appspec, inferred, files, config, config.access()), loaded


def load_project(options: Options) -> Project:
    """Read dazzle.toml and the other settings, for a command that does not need the model."""
    note_unusable_backends(output_of(options))
    project = project_of(options)
    manifest = manifest_of(project)
    config = read_config(manifest.tables, template=options.template, offline=options.offline)
    return Project(project, manifest, config, config.access())


def project_of(options: Options) -> Path:
    """Return the project's root: the nearest folder with dazzle.toml, at or above that of the options.

    If there is none, it is the folder of the options. If the root is above that folder, a note on standard error names
    it.

    Raises:
        PreconditionError: The folder does not exist, or dazzle.toml above it belongs to another user.
    """
    if not options.project.is_dir():
        what = "is not a folder" if options.project.exists() else "does not exist"
        raise PreconditionError(
            f"{options.project} {what}",
            code="no_project",
            hint="name the folder of dazzle.toml with -C",
        )
    folder = options.project.resolve()
    found = find_project(folder)
    if found is not None and found != folder:
        output_of(options).note(f"using {FILE_NAME} in {found}")
    return found or folder


def _running(project: Path, manifest: Manifest) -> tuple[Manifest, ProjectFiles]:
    """Return the manifest with the runtime from dazzle.toml or the project's files, and the facts from these files."""
    chosen = manifest.infra.runtime
    where = str(manifest.where("infra", "runtime")) if chosen else None
    has_dsl = any(path.is_file() for folder in manifest.module_paths for path in (project / folder).rglob("*.dsl"))
    declared = read_declared(project)
    runtime = detect_runtime(chosen, where, declared, has_dsl=has_dsl)
    if chosen is None and not has_dsl and not declared.has_dazzle and runtime.record is DEFAULT_RUNTIME:
        # Nothing that could be read names a framework, and a file that cannot may do so.
        check_documents(project)
    port = manifest.web_port(runtime)
    files = read_project_files(
        project, runtime.record, declared, module_paths=manifest.module_paths, port=port, carried=carried
    )
    migrate = manifest.infra.commands.migrate
    files = replace(files, commands=replace(files.commands, migrate=migrate)) if migrate else files
    return manifest.run_by(runtime, files.commands.serve, files.work), files


def manifest_of(project: Path, *, required: bool = True) -> Manifest:
    """Return the content of a project's dazzle.toml, or that of an empty one if the file is missing and not required.

    Raises:
        PreconditionError: It is required and missing, or it cannot be read.
        ManifestError: It is not valid.
    """
    path = project / FILE_NAME
    if os.path.lexists(path):
        return read_manifest(project, backend_tables())
    if required:
        raise PreconditionError(
            f"no {FILE_NAME} in {project} or in a folder above it",
            where=Where(str(path)),
            hint="run the command in the folder of a Dazzle application, or name that folder with -C",
            code="manifest_missing",
        )
    return empty_manifest(backend_tables())
