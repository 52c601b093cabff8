"""Where the answers of the Docker template come from."""

from __future__ import annotations

from collections.abc import Mapping

from dazzle_infra.backends.docker.runtime_answers import runtime_answers
from dazzle_infra.backends.provenance import RUNTIME_KEY, SHARED_SOURCES, Source
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME

__all__ = ["DOCKER_SOURCES"]

DOCKER_SOURCES: Mapping[str, Source] = {
    **SHARED_SOURCES,
    **dict.fromkeys(runtime_answers(DEFAULT_RUNTIME), RUNTIME_KEY),
    "serve_command": "infra.entry_points",
    "admin_command": "infra.hooks.pre_build",
    "redis": ["cache", "queue"],
    "base_image": "infra.docker.base_image",
    "build_secrets": "infra.docker.build_secrets",
    "build_system_packages": "infra.docker.system_packages.build",
    "copy_paths": "infra.docker.copy",
    "dazzle_version": "infra.dazzle_version",
    "directory": "infra.docker.output",
    "dockerfile": "infra.dockerfile",
    "image_name": "infra.docker.image_name",
    "python_version": "infra.docker.python_version",
    "run_system_packages": "infra.docker.system_packages.run",
}
