from __future__ import annotations

from pathlib import Path

import pytest
from yamllint import linter  # type: ignore[import-untyped]

from tests.support.docker import SHAPES, TEMPLATE, shapes
from tests.support.lint import YAML, lint_dockerfile, lint_yaml

__all__ = ["shapes"]


def test_hadolint_has_nothing_to_say(shapes: dict[str, Path]) -> None:
    assert lint_dockerfile(*(path / "Dockerfile" for path in shapes.values())) == ""


def test_hadolint_would_say_something(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian\nRUN cd /tmp\n")
    assert "DL3006" in lint_dockerfile(tmp_path / "Dockerfile")


@pytest.mark.parametrize("shape", SHAPES)
def test_yamllint_has_nothing_to_say(shapes: dict[str, Path], shape: str) -> None:
    assert len(list(shapes[shape].rglob("*.y*ml"))) >= 3
    assert list(lint_yaml(shapes[shape])) == []


def test_yamllint_would_say_something(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("a:   b\n")
    assert "too many spaces" in " ".join(lint_yaml(tmp_path))


def test_yamllint_has_nothing_to_say_of_the_questions() -> None:
    assert list(linter.run((TEMPLATE / "copier.yml").read_text(), YAML)) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_the_dockerfile_holds_to_what_both_builders_understand(shapes: dict[str, Path], shape: str) -> None:
    text = (shapes[shape] / "Dockerfile").read_text()
    for avoided in ("# syntax=", "RUN --mount", "--chmod", "ADD ", "<<", "curl"):
        assert avoided not in text
    instructions = [line.split()[0] for line in text.splitlines() if line and line[0].isupper()]
    last_stage = instructions[len(instructions) - instructions[::-1].index("FROM") :]
    starts = ["ENTRYPOINT", "CMD"] if SHAPES[shape].entrypoint_script else ["CMD"]
    assert last_stage[-len(starts) - 3 :] == ["USER", "EXPOSE", "HEALTHCHECK", *starts]
    assert last_stage.count("USER") == 1
