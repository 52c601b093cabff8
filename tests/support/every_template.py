"""What tests need that hold for every embedded template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.server.answers import ServerAnswers
from dazzle_infra.backends.terraform.answers import TerraformAnswers
from tests.support import ci_template, docker, server_template, terraform_template

__all__ = ["EVERYTHING", "IN_A_FOLDER", "MODELS", "RENDERED", "SHAPES", "SOURCES"]

MODELS: Mapping[str, type[Answers]] = {
    "ci": CiAnswers,
    "docker": DockerAnswers,
    "server": ServerAnswers,
    "terraform": TerraformAnswers,
}
"""The model of the answers of each template."""

SOURCES: Mapping[str, Path] = {
    "ci": ci_template.TEMPLATE,
    "docker": docker.TEMPLATE,
    "server": server_template.TEMPLATE,
    "terraform": terraform_template.TEMPLATE,
}
"""The folder of the sources of each template."""

EVERYTHING: Mapping[str, Answers] = {
    "ci": ci_template.EVERYTHING,
    "docker": docker.EVERYTHING,
    "server": server_template.EVERYTHING,
    "terraform": terraform_template.EVERYTHING,
}
"""Answers of each template that render as many files as possible."""

RENDERED: Mapping[str, Callable[[str, Path], Path]] = {
    "ci": ci_template.rendered,
    "docker": docker.rendered,
    "server": server_template.rendered,
    "terraform": terraform_template.rendered,
}
"""What renders a shape of each template once."""

SHAPES = [
    *(f"ci/{shape}" for shape in ci_template.SHAPES),
    *(f"docker/{shape}" for shape in docker.SHAPES),
    *(f"server/{shape}" for shape in server_template.SHAPES),
    *(f"terraform/{shape}" for shape in terraform_template.SHAPES),
]
"""The shapes of all templates, as the golden trees are named."""

IN_A_FOLDER = [shape for shape in SHAPES if not shape.startswith("ci/")]
"""Those of templates with a folder of their own, which has a `.gitignore` and a `.gitattributes`."""
