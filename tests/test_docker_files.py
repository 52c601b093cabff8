from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.answers import DockerAnswers
from tests.support.docker import (
    EVERYTHING,
    SHAPES,
    TEMPLATE,
    copier_template,
    copier_template_root,
    render,
    shapes,
)
from tests.support.trees import assert_golden, read_tree

__all__ = ["copier_template", "copier_template_root", "shapes"]

SOURCES = sorted(path for path in TEMPLATE.rglob("*") if path.is_file())
REFERENCE = re.compile(r"\$\{\w+:\?[^}]*\}")
SECRET = re.compile(r"(?i)(secret|password|token|api_?key|access_key)['\"]?\s*[:=]\s*(?P<value>\S.*)$")


@pytest.mark.parametrize("shape", SHAPES)
def test_the_tree_is_the_golden_one(shapes: dict[str, Path], tmp_path: Path, shape: str) -> None:
    shutil.copytree(shapes[shape], tmp_path / "compared")
    answers = tmp_path / "compared" / ".copier-answers.yml"
    text = re.sub(r"(?m)^(# template-commit:|_src_path:) .*$", r"\1 ...", answers.read_text())
    answers.write_text(text)
    assert_golden(tmp_path / "compared", f"docker/{shape}")


def test_the_same_answers_render_the_same_bytes_whatever_the_folder_is_called(
    shapes: dict[str, Path], copier: CopierFixture, tmp_path: Path
) -> None:
    again = render(copier, tmp_path / "other name", EVERYTHING)
    assert read_tree(again) == read_tree(shapes["everything"])


@pytest.mark.parametrize("shape", SHAPES)
def test_no_file_holds_a_secret(shapes: dict[str, Path], shape: str) -> None:
    for path, content in read_tree(shapes[shape]).items():
        for line in content.decode().splitlines():
            assert not secret_in(line), f"{path}: {line}"


def secret_in(line: str) -> str | None:
    """Return what stands behind the name of a secret, unless it is taken from the environment or no value."""
    found = SECRET.search(REFERENCE.sub("${}", line))
    return found["value"] if found and not re.match(r"[\"']?\$\{\}|true$|false$", found["value"]) else None


@pytest.mark.parametrize(
    "line", ["POSTGRES_PASSWORD=hunter2", "      JWT_SECRET: ${JWT_SECRET:-changeme}", 'api_key: "abc"']
)
def test_the_check_for_secrets_sees_one(line: str) -> None:
    assert secret_in(line)


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_are_short_and_end_where_their_text_does(shapes: dict[str, Path], shape: str) -> None:
    answers_file = ".copier-answers.yml"
    for path, content in read_tree(shapes[shape]).items():
        text = content.decode()
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert "\n\n\n" not in text, path
        for line in text.splitlines():
            assert line == line.rstrip(), f"{path}: {line!r}"
            assert len(line) <= 140 or path == answers_file, f"{path}: {line}"


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


@pytest.mark.parametrize("path", SOURCES, ids=[path.relative_to(TEMPLATE).as_posix() for path in SOURCES])
def test_a_source_reads_as_what_it_renders(path: Path) -> None:
    assert '"' not in path.name
    text = path.read_text()
    if path.suffix == ".jinja" and "includes" not in path.parts:
        tags = [line for line in text.splitlines() if "{%" in line]
        assert "{%-" not in text
        assert "-%}" not in text
        assert all(re.fullmatch(r"\{%.*%\}", line) for line in tags), "a block tag stands alone, at the first column"
        assert deepest(tags) <= 2


def deepest(tags: list[str]) -> int:
    depth = most = 0
    for tag in tags:
        depth += bool(re.match(r"\{% (if|for) ", tag)) - bool(re.match(r"\{% end(if|for) ", tag))
        most = max(most, depth)
    return most
