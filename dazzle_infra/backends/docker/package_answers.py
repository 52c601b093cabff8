"""The answers of the Docker template about the packages of the image."""

from __future__ import annotations

import posixpath
from typing import Any

from dazzle_infra.backends.docker.settings import DockerSettings
from dazzle_infra.project.files import ProjectFiles
from dazzle_infra.project.packages.analysis import NODE_SOURCES
from dazzle_infra.project.packages.node_commands import node_installation
from dazzle_infra.project.packages.stage import PackagesStage

__all__ = ["package_answers"]


def package_answers(settings: DockerSettings, stage: PackagesStage, files: ProjectFiles) -> dict[str, Any]:
    """Return what the packages stage copies, installs and runs.

    Args:
        settings: `[infra.docker]`.
        stage: What the files that declare the packages state.
        files: What the project's own files say.
    """
    root = posixpath.relpath(".", settings.output)
    return {
        "build_context": "" if stage.context == "." else posixpath.normpath(posixpath.join(root, stage.context)),
        "project_path": stage.project,
        "package_files": list(stage.files),
        "package_folders": list(stage.folders),
        "editable_folders": list(stage.editable),
        "hashed_requirements": stage.is_hashed,
        **_node(stage, files),
        "build_system_packages": sorted(settings.system_packages.build),
        "run_system_packages": sorted(settings.system_packages.run),
        "build_secrets": sorted(settings.build_secrets),
        "base_image": settings.base_image or "",
    }


def _node(stage: PackagesStage, files: ProjectFiles) -> dict[str, Any]:
    if files.dependencies not in NODE_SOURCES:
        return {}
    found = node_installation(stage, files.dependencies, files.package_manager)
    return {
        "install_path": found.folder,
        "install_commands": list(found.everything),
        "runtime_install_commands": list(found.served),
    }
