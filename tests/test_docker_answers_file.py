from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_copier.plugin import CopierFixture

from dazzle_infra.answers import DockerAnswers, Variable
from tests.support.docker import EVERYTHING, TEMPLATE, render

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]) | st.just("\n"), min_size=1).filter(str.strip)


@pytest.fixture(scope="module")
def copier_template(tmp_path_factory: pytest.TempPathFactory, default_gitconfig: object) -> Path:
    """Make a repository of the sources, with a tag, as a release is one."""
    template = tmp_path_factory.mktemp("release") / "docker"
    shutil.copytree(TEMPLATE, template)
    for command in (["init"], ["add", "--all"], ["commit", "-m", "release"], ["tag", "v1.0.0"]):
        subprocess.run(["git", *command], cwd=template, check=True, capture_output=True)
    return template


def read(directory: Path) -> tuple[dict[str, Any], str]:
    """Return the answers as they are recorded, and the digest that stands above them."""
    text = (directory / ".copier-answers.yml").read_text()
    (digest,) = re.findall(r"(?m)^# answers-digest: sha256:([0-9a-f]{64})$", text)
    recorded = yaml.safe_load(text)
    return {name: value for name, value in recorded.items() if name not in {"_commit", "_src_path"}}, digest


def digest_of(answers: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def test_the_digest_is_that_of_the_recorded_answers(copier: CopierFixture, tmp_path: Path) -> None:
    answers, digest = read(render(copier, tmp_path, EVERYTHING))
    assert answers == EVERYTHING.model_dump(mode="json")
    assert digest == digest_of(answers)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXT, value=TEXT)
def test_the_digest_holds_for_any_text(
    copier: CopierFixture, tmp_path_factory: pytest.TempPathFactory, title: str, value: str
) -> None:
    given_answers = DockerAnswers(app_title=title, variables=[Variable(name="A", value=value, because=title)])
    answers, digest = read(render(copier, tmp_path_factory.mktemp("digest"), given_answers))
    assert answers == given_answers.model_dump(mode="json")
    assert digest == digest_of(answers)


def test_an_edited_answer_is_seen(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    path = directory / ".copier-answers.yml"
    path.write_text(path.read_text().replace("redis: true", "redis: false"))
    answers, digest = read(directory)
    assert digest != digest_of(answers)


def test_the_commit_of_the_template_is_there(copier: CopierFixture, tmp_path: Path, copier_template: Path) -> None:
    text = (render(copier, tmp_path, EVERYTHING) / ".copier-answers.yml").read_text()
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=copier_template, capture_output=True, text=True, check=True)
    assert f"\n# template-commit: {head.stdout}" in text
    assert "\n_commit: v1.0.0\n" in text


def test_an_update_with_the_same_answers_changes_nothing(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "made"]):
        subprocess.run(["git", *command], cwd=directory, check=True, capture_output=True)
    copier.update(directory)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=directory, check=True, capture_output=True, text=True)
    assert status.stdout == ""
