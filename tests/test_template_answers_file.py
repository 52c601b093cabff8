"""What a template records of its answers, and what an update makes of it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.values.records import Variable
from tests.support import docker, terraform_template
from tests.support.copiers import copier_of
from tests.support.releases import commit_all, git
from tests.support.trees import read_tree

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]) | st.just("\n"), min_size=1).filter(str.strip)
EVERYTHING: dict[Path, Answers] = {
    docker.TEMPLATE: docker.EVERYTHING,
    terraform_template.TEMPLATE: terraform_template.EVERYTHING,
}
NAMES = [template.name for template in EVERYTHING]


def released(template: Path, folder: Path) -> Path:
    """Make a repository of the sources, with a tag, as a release is one."""
    shutil.copytree(template, folder)
    git(folder, "init", "--quiet")
    commit_all(folder)
    git(folder, "tag", "v1.0.0")
    return folder


def render(template: Path, folder: Path, answers: Answers) -> Path:
    return copier_of(template).copy(folder, **answers.model_dump(mode="json")).path


def read(directory: Path) -> tuple[dict[str, Any], str]:
    """Return the answers as they are recorded, and the digest that stands above them."""
    text = (directory / ".copier-answers.yml").read_text()
    (digest,) = re.findall(r"(?m)^# answers-digest: sha256:([0-9a-f]{64})$", text)
    recorded = yaml.safe_load(text)
    return {name: value for name, value in recorded.items() if name not in {"_commit", "_src_path"}}, digest


def digest_of(answers: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


@pytest.mark.parametrize("template", EVERYTHING, ids=NAMES)
def test_the_answers_their_digest_and_the_commit_are_recorded(template: Path, tmp_path: Path) -> None:
    release = released(template, tmp_path / "release")
    made = render(release, tmp_path / "made", EVERYTHING[template])
    answers, digest = read(made)
    assert answers == EVERYTHING[template].model_dump(mode="json")
    assert digest == digest_of(answers)
    text = (made / ".copier-answers.yml").read_text()
    assert f"\n# template-commit: {git(release, 'rev-parse', 'HEAD')}" in text
    assert "\n_commit: v1.0.0\n" in text


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXT, value=TEXT)
def test_the_digest_holds_for_any_text(tmp_path_factory: pytest.TempPathFactory, title: str, value: str) -> None:
    given_answers = DockerAnswers(app_title=title, variables=[Variable(name="A", value=value, because=title)])
    answers, digest = read(render(docker.TEMPLATE, tmp_path_factory.mktemp("digest"), given_answers))
    assert answers == given_answers.model_dump(mode="json")
    assert digest == digest_of(answers)


def test_an_edited_answer_is_seen(tmp_path: Path) -> None:
    directory = render(docker.TEMPLATE, tmp_path, docker.EVERYTHING)
    path = directory / ".copier-answers.yml"
    path.write_text(path.read_text().replace("redis: true", "redis: false"))
    answers, digest = read(directory)
    assert digest != digest_of(answers)


@pytest.mark.parametrize(
    "template",
    [docker.TEMPLATE, pytest.param(terraform_template.TEMPLATE, marks=pytest.mark.slow)],
    ids=NAMES,
)
def test_an_update_with_the_same_answers_changes_nothing(template: Path, tmp_path: Path) -> None:
    made = render(released(template, tmp_path / "release"), tmp_path / "made", EVERYTHING[template])
    git(made, "init", "--quiet")
    commit_all(made)
    before = read_tree(made)
    copier_of(template).update(made)
    assert read_tree(made) == before
    assert git(made, "status", "--porcelain") == ""
