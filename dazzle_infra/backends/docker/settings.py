"""`[infra.docker]`: the settings of the Docker backend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from dazzle_infra.backends.docker.image_settings import SystemPackages
from dazzle_infra.project.manifest import BackendSettings, CheckContext, Manifest, Problem
from dazzle_infra.project.manifest.tables import distinct
from dazzle_infra.values.names import ImageName
from dazzle_infra.values.packages import BaseImage, BuildSecretName
from dazzle_infra.values.paths import OutputFolder, ProjectPath, checked_copy, contains
from dazzle_infra.values.rules import RefusedError
from dazzle_infra.values.versions import PythonVersion
from dazzle_infra.values.words import quoted

__all__ = ["DockerSettings", "docker_settings", "image_paths"]


class DockerSettings(BackendSettings):
    """Settings of the Docker backend.

    Attributes:
        variant: Form of the output; Compose is the only one.
        image_name: Name of the image that is built, without a tag; by default the application's name.
        python_version: Version of Python in the image, such as "3.12"; by default that of the template.
        copy_paths: Files and folders that go into the image; by default the model's and the conventional ones.
        base_image: Image with a tag or a digest that the application's image is built on; by default the official one.
        system_packages: Debian packages of the image, for the build and at run time.
        build_secrets: Variables that package managers read during the build, such as tokens of private indexes.
    """

    variant: Literal["compose"] = "compose"
    image_name: ImageName | None = None
    output: OutputFolder = "infra/docker"
    python_version: PythonVersion | None = None
    # `copy` itself is a method of every pydantic model.
    copy_paths: Annotated[tuple[ProjectPath, ...], BeforeValidator(distinct)] | None = Field(None, alias="copy")
    base_image: BaseImage | None = None
    system_packages: SystemPackages = SystemPackages()
    build_secrets: Annotated[tuple[BuildSecretName, ...], BeforeValidator(distinct)] = ()

    def problems(self, context: CheckContext) -> Iterator[Problem]:
        """Keep generated files out of the image, and refuse keys that the project's own Dockerfile replaces."""
        for key in ("python_version", "base_image", "system_packages"):
            if context.dockerfile and key in self.model_fields_set:
                yield Problem(
                    (*context.table, key),
                    " has no effect: [infra] dockerfile names the project's own Dockerfile",
                    "remove the key, and state it in that file",
                )
        for directory in context.directories:
            for copied in self.copy_paths or ():
                if contains(copied, directory):
                    yield Problem(
                        (*context.table, "copy"),
                        f": {quoted(copied)} contains the output directory {quoted(directory)}",
                        "the image must not contain generated files and development secrets",
                    )


def docker_settings(manifest: Manifest) -> DockerSettings:
    """Return `[infra.docker]`."""
    return manifest.settings("docker", DockerSettings)


def image_paths(manifest: Manifest) -> tuple[str, ...]:
    """Return what goes into the image: `[infra.docker] copy`, or else where the model's files are.

    Raises:
        ManifestError: The model's files are where no image can take them from.
    """
    stated = docker_settings(manifest).copy_paths
    if stated is not None:
        return stated
    hint = "set [infra.docker] copy to the paths that the image contains"
    problems = []
    for path in manifest.module_paths:
        try:
            checked_copy(path)
        except RefusedError as refused:
            problems.append(Problem(("modules", "paths"), f": {quoted(path)} {refused.says}", hint))
    if problems:
        raise manifest.error(problems)
    return manifest.module_paths
