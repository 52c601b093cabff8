"""An image that the project's own Dockerfile builds: nothing is known of its content."""

from __future__ import annotations

from dataclasses import replace

from dazzle_infra.backends.application import Application
from dazzle_infra.errors import ManifestError
from dazzle_infra.project.files import ProjectFiles
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.runtimes.record import Commands, RuntimeRecord
from dazzle_infra.values.records import EntryPoint

__all__ = ["check_own_dockerfile", "own_entry_points", "own_files", "own_runtime"]


def check_own_dockerfile(application: Application) -> None:
    """Refuse a Dockerfile that does not exist, is no regular file, or is a link.

    Raises:
        ManifestError: See above.
    """
    named = application.manifest.infra.dockerfile
    if named is None:
        return
    path = application.project / named
    if path.is_symlink() or not path.is_file():
        what = "is a link" if path.is_symlink() else "is not a file" if path.exists() else "does not exist"
        raise ManifestError(
            f"the Dockerfile {named} {what}",
            where=application.manifest.where("infra", "dockerfile"),
            hint="create the file, or remove the key to have one generated",
        )


def own_runtime(runtime: RuntimeRecord) -> RuntimeRecord:
    """Return the runtime without what only a generated image contains."""
    return replace(runtime, has_image_commands=False, serves_static_files=False, data_folders=())


def own_files(manifest: Manifest, files: ProjectFiles) -> ProjectFiles:
    """Return the project's files with the commands that dazzle.toml states, and no others."""
    stated = manifest.infra.commands
    return replace(files, commands=Commands(serve=stated.serve, migrate=stated.migrate))


def own_entry_points(manifest: Manifest, entry_points: list[EntryPoint]) -> list[EntryPoint]:
    """Return the entry points; `web` without a command of its own runs that of the image."""
    web, *others = entry_points
    stated = manifest.infra.entry_points.get(web.name)
    command = manifest.infra.commands.serve or (stated.command if stated else ())
    return [web.model_copy(update={"command": list(command)}), *others]
