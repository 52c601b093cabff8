from __future__ import annotations

from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.answers import DockerAnswers
from tests.support.docker import SHAPES, copier_template, render, shapes
from tests.support.trees import read_tree

__all__ = ["copier_template", "shapes"]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_line_is_longer_than_a_screen_is_wide(shapes: dict[str, Path], shape: str) -> None:
    for path, content in read_tree(shapes[shape]).items():
        if path != ".copier-answers.yml":
            assert [line for line in content.decode().splitlines() if len(line) > 140] == [], path


@pytest.mark.parametrize("shape", SHAPES)
def test_no_compose_file_is_longer_than_eighty_lines(shapes: dict[str, Path], shape: str) -> None:
    lengths = {
        path: content.decode().count("\n")
        for path, content in read_tree(shapes[shape]).items()
        if path.endswith(".yaml")
    }
    assert lengths
    assert all(length <= 80 for length in lengths.values()), lengths


def test_only_what_is_asked_for_is_there(copier: CopierFixture, tmp_path: Path) -> None:
    bare = DockerAnswers(database=False, dependencies="uv")
    assert sorted(read_tree(render(copier, tmp_path, bare))) == [
        ".copier-answers.yml",
        ".dockerignore",
        ".gitignore",
        "Dockerfile",
        "Dockerfile.dockerignore",
        "README.md",
        "compose.yaml",
        "dev.env.example",
        "entrypoint.sh",
        "services/base.yaml",
    ]


def test_the_entrypoint_keeps_its_mode(shapes: dict[str, Path]) -> None:
    assert (shapes["bare"] / "entrypoint.sh").stat().st_mode & 0o111
