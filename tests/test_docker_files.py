from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from tests.support.docker import SHAPES, copier_template, render, shapes
from tests.support.trees import read_tree

__all__ = ["copier_template", "shapes"]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_line_is_longer_than_a_screen_is_wide(shapes: dict[str, Path], shape: str) -> None:
    for path, content in read_tree(shapes[shape]).items():
        if path != ".copier-answers.yml":
            assert [line for line in content.decode().splitlines() if len(line) > 140] == [], path


@pytest.mark.parametrize("shape", SHAPES)
def test_no_compose_file_is_longer_than_a_hundred_lines(shapes: dict[str, Path], shape: str) -> None:
    lengths = {
        path: content.decode().count("\n")
        for path, content in read_tree(shapes[shape]).items()
        if path.endswith(".yaml")
    }
    assert lengths
    assert all(length <= 100 for length in lengths.values()), lengths


def test_only_what_is_asked_for_is_there(copier: CopierFixture, tmp_path: Path) -> None:
    bare = DockerAnswers(database=False, dependencies="uv")
    assert sorted(read_tree(render(copier, tmp_path, bare))) == [
        ".copier-answers.yml",
        ".dockerignore",
        ".gitattributes",
        ".gitignore",
        "Dockerfile",
        "Dockerfile.dockerignore",
        "README.md",
        "app.env",
        "application.py",
        "compose.yaml",
        "dev.env.example",
        "entrypoint.sh",
        "health.py",
        "services/compose.base.yaml",
    ]


def test_renovate_finds_each_file_with_an_image_by_its_default_pattern(shapes: dict[str, Path]) -> None:
    # docs.renovatebot.com/modules/manager/docker-compose: managerFilePatterns
    pattern = re.compile(r"(^|/)(?:docker-)?compose[^/]*\.ya?ml$")
    files = [
        path
        for directory in shapes.values()
        for path, content in read_tree(directory).items()
        if re.search(rb"(?m)^ +image: ", content)
    ]
    assert "services/compose.storage.yaml" in files
    assert [path for path in files if not pattern.search(path)] == []


def test_the_entrypoint_keeps_its_mode(shapes: dict[str, Path]) -> None:
    assert (shapes["bare"] / "entrypoint.sh").stat().st_mode & 0o111
