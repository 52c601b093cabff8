"""The packages of the image, as the project's files declare them."""

from __future__ import annotations

import json

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.settings import docker_settings
from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.analysis import packages_stage
from dazzle_infra.project.packages.stage import PackagesStage

__all__ = ["image_packages", "package_remarks"]


def image_packages(application: Application) -> PackagesStage:
    """Analyse the files that declare the packages of the image.

    The project's own Dockerfile installs what it wants: nothing is analysed for it.

    Raises:
        PackagesError: A file is broken, or states what no image can install.
    """
    manifest, files = application.manifest, application.files
    if manifest.infra.dockerfile:
        return PackagesStage()
    chosen = docker_settings(manifest).python_version
    try:
        return packages_stage(
            application.project,
            files.dependencies,
            python_version=chosen or files.python_version or DockerAnswers().python_version,
            needs_dazzle=manifest.runtime.record.reads_model,
        )
    except PackagesError as error:
        error.hint = f"{error.hint}; or name a Dockerfile of your own in [infra] dockerfile"
        raise


def package_remarks(application: Application) -> list[str]:
    """Return what a person should know of the packages, each with its place, and the keys that are to be set."""
    stage, settings = image_packages(application), docker_settings(application.manifest)
    remarks = [f"{remark.where} {remark.message}" for remark in stage.remarks]
    remarks += [
        f"{secret.where} reads {secret.name}: add it to [infra.docker] build_secrets, and its value to .env"
        for secret in stage.secrets
        if secret.name not in settings.build_secrets
    ]
    for proposal in stage.proposals:
        packages = settings.system_packages
        missing = {
            "build": sorted(set(proposal.build) - set(packages.build)),
            "run": sorted(set(proposal.run) - set(packages.run)),
        }
        named = ", ".join(f"{key} = {json.dumps(names)}" for key, names in missing.items() if names)
        if named:
            remarks.append(
                f"{proposal.where} declares {proposal.needed_by}, which requires Debian packages: add them to "
                f"[infra.docker.system_packages], {named}"
            )
    return remarks
