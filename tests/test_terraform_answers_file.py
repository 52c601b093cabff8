from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from pytest_copier.plugin import CopierFixture

from tests.support.terraform_template import EVERYTHING, TEMPLATE, render


@pytest.fixture(scope="module")
def copier_template(tmp_path_factory: pytest.TempPathFactory, default_gitconfig: object) -> Path:
    """Make a repository of the sources, with a tag, as a release is one."""
    template = tmp_path_factory.mktemp("release") / "terraform"
    shutil.copytree(TEMPLATE, template)
    for command in (["init"], ["add", "--all"], ["commit", "-m", "release"], ["tag", "v1.0.0"]):
        subprocess.run(["git", *command], cwd=template, check=True, capture_output=True)
    return template


def test_the_answers_file_records_the_answers_their_digest_and_the_commit(
    copier: CopierFixture, tmp_path: Path, copier_template: Path
) -> None:
    text = (render(copier, tmp_path, EVERYTHING) / ".copier-answers.yml").read_text()
    recorded = yaml.safe_load(text)
    answers = {name: value for name, value in recorded.items() if name not in {"_commit", "_src_path"}}
    assert answers == EVERYTHING.model_dump(mode="json")
    assert recorded["_commit"] == "v1.0.0"
    digest = hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()
    assert re.findall(r"(?m)^# answers-digest: sha256:(\w+)$", text) == [digest]
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=copier_template, capture_output=True, text=True, check=True)
    assert f"\n# template-commit: {head.stdout}" in text


@pytest.mark.slow
def test_an_update_with_the_same_answers_changes_nothing(copier: CopierFixture, tmp_path: Path) -> None:
    directory = render(copier, tmp_path, EVERYTHING)
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "made"]):
        subprocess.run(["git", *command], cwd=directory, check=True, capture_output=True)
    copier.update(directory)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=directory, check=True, capture_output=True, text=True)
    assert status.stdout == ""
