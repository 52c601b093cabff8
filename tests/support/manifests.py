"""Reading a dazzle.toml with the tables of the backends of this package."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.backends import backend_tables
from dazzle_infra.backends.docker.settings import DockerSettings, docker_settings
from dazzle_infra.backends.terraform.settings import TerraformSettings, terraform_settings
from dazzle_infra.project.manifest import Manifest, read_manifest

__all__ = ["both", "manifest_in"]


def manifest_in(project: Path) -> Manifest:
    """Read the dazzle.toml of a project."""
    return read_manifest(project, backend_tables())


def both(manifest: Manifest) -> tuple[DockerSettings, TerraformSettings]:
    """Return the tables of both backends."""
    return docker_settings(manifest), terraform_settings(manifest)
