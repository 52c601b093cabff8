"""What a person should know of the image and of the containers before they are used."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.command_remarks import command_remarks
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.packages import package_remarks
from dazzle_infra.backends.docker.settings import docker_settings
from dazzle_infra.backends.docker.worker_remarks import worker_remarks
from dazzle_infra.project.manifest import Manifest

__all__ = ["docker_remarks"]


def docker_remarks(application: Application, answers: DockerAnswers) -> list[str]:
    """Return what prevents a build or a feature, or differs from what the project states, each as a sentence."""
    return [
        *_missing_paths(application, answers),
        *command_remarks(application),
        *package_remarks(application),
        *_version_remarks(application, answers),
        *_driver_remarks(application),
        *worker_remarks(application),
    ]


def _missing_paths(application: Application, answers: DockerAnswers) -> Iterator[str]:
    for path in answers.copy_paths:
        if not (application.project / path).exists():
            yield (
                f"{path} does not exist, but the image copies it ({_copied_by(path, application.manifest)}): "
                "docker compose up --build fails until it exists"
            )


def _copied_by(path: str, manifest: Manifest) -> str:
    """Return the place in dazzle.toml that has the image copy a path."""
    if path in (docker_settings(manifest).copy_paths or ()):
        return f"[infra.docker] copy, {manifest.where('infra', 'docker', 'copy')}"
    if manifest.says("modules", "paths"):
        return f"[modules] paths, {manifest.where('modules', 'paths')}"
    return "by default; set [infra.docker] copy in dazzle.toml to change it"


def _version_remarks(application: Application, answers: DockerAnswers) -> Iterator[str]:
    settings, problem = docker_settings(application.manifest), application.files.version_problem
    if problem and not (answers.dockerfile or settings.base_image or settings.python_version):
        is_node = answers.language == "node"
        used = f"Node {answers.node_version}" if is_node else f"Python {answers.python_version}"
        yield f"{problem}: the image contains {used}"


def _driver_remarks(application: Application) -> Iterator[str]:
    """Name a driver of language models that works only on a person's machine."""
    manifest = application.manifest
    driver, where = manifest.facts.llm_driver, manifest.where("llm", "driver")
    if any(setting.name == "DAZZLE_LLM_DRIVER" for setting in application.inferred.environment):
        yield (
            f'[llm] driver = "{driver}" ({where}) needs a program that the containers do not have: app.env sets '
            "DAZZLE_LLM_DRIVER to anthropic-api; set ANTHROPIC_API_KEY in .env"
        )
