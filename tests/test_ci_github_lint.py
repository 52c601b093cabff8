"""Linters find nothing in the workflows of GitHub, in every pair of what they depend on.

Exceptions, each with its reason, are in the constants; there are no others.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from yamllint import linter  # type: ignore[import-untyped]
from yamllint.config import YamlLintConfig  # type: ignore[import-untyped]

from tests.support.checkov import checked
from tests.support.ci_github import SHAPES, rendered
from tests.support.ci_github_combinations import combinations
from tests.support.ci_template import TEMPLATE, render
from tests.support.copiers import copier_of

pytestmark = pytest.mark.slow

JACTIONLINT_EXCEPTIONS = {
    # Jobs that deploy have a group for each environment: with one for the workflow, a deployment that waits for its
    # approval would let the next push wait before it is built.
    "concurrency-limits",
    # Only builds of the branch write the cache that they read.
    "cache-poisoning",
    # The version is that of the model, whose digest nobody states. The services are of the tests alone.
    "unpinned-images",
    # The label of a runner of one's own.
    "runner-label",
}
ZIZMOR = """\
rules:
  # GitHub Enterprise Server and act do not know `$/` yet; the path means the same.
  self-repository:
    disable: true
"""
YAML = YamlLintConfig(
    "{extends: default, rules: {document-start: disable, comments: {min-spaces-from-content: 1}, "
    "line-length: {max: 140}, truthy: {check-keys: false}}}"
)


def program(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        pytest.skip(f"no {name}: neither its package beside this Python nor one on PATH")
    return found


def said(*command: str, cwd: Path) -> str:
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def repositories(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the tops of rendered repositories."""
    base = tmp_path_factory.mktemp("combinations")
    copier = copier_of(TEMPLATE)
    made = [render(copier, base / answers.app_name, answers) for answers in combinations()]
    return made + [rendered(shape, tmp_path_factory.getbasetemp()) for shape in SHAPES]


def files(repositories: list[Path], *patterns: str) -> list[str]:
    return sorted(str(path) for top in repositories for pattern in patterns for path in top.glob(f".github/{pattern}"))


def test_jactionlint_finds_nothing(repositories: list[Path]) -> None:
    command = (program("jactionlint"), "--format", "{{json .}}", *files(repositories, "workflows/*.yml"))
    found = json.loads(said(*command, cwd=repositories[0]) or "[]")
    others = [
        f"{one['filepath']}:{one['line']}: {one['message']}"
        for one in found
        if one["kind"] not in JACTIONLINT_EXCEPTIONS
    ]
    assert others == []


def test_zizmor_finds_nothing(repositories: list[Path], tmp_path: Path) -> None:
    config = tmp_path / "zizmor.yml"
    config.write_text(ZIZMOR)
    options = ("--offline", "--no-progress", "--config", str(config), "--format", "json")
    output = said(
        program("zizmor"), "-q", *options, *files(repositories, "workflows/*.yml", "actions/*/action.yml"), cwd=tmp_path
    )
    assert [one["ident"] for one in json.loads(output)] == []


def test_files_follow_the_schemas_of_github(repositories: list[Path]) -> None:
    checker = program("check-jsonschema")
    for schema, pattern in (("workflows", "workflows/*.yml"), ("actions", "actions/*/action.yml")):
        command = (checker, "--builtin-schema", f"vendor.github-{schema}", *files(repositories, pattern))
        assert "ok -- validation done" in said(*command, cwd=repositories[0])


def test_yamllint_finds_nothing(repositories: list[Path]) -> None:
    paths = files(repositories, "**/*.yml")
    assert [f"{path}: {problem}" for path in paths for problem in linter.run(Path(path).read_text(), YAML)] == []


def test_shellcheck_finds_nothing_and_dash_reads_every_script(repositories: list[Path]) -> None:
    paths = files(repositories, "scripts/*.sh")
    assert said(program("shellcheck"), *paths, cwd=repositories[0]) == ""
    for path in paths:
        assert said("sh", "-n", path, cwd=repositories[0]) == ""


def test_checkov_finds_nothing(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    for shape in ("cloud", "everything"):
        top = rendered(shape, tmp_path_factory.getbasetemp())
        shutil.copytree(top / ".github", tmp_path / ".github", dirs_exist_ok=True)
    report = checked(tmp_path, "github_actions")
    assert report["summary"]["passed"] > 0
    assert [one["check_id"] for one in report["results"]["failed_checks"]] == []


@pytest.mark.parametrize(
    ("old", "new", "check"),
    [
        ('"$IMAGE"', "${{ github.head_ref }}", "zizmor"),
        ("@[0-9a-f]{40}", "@v1", "zizmor"),
        ("needs.build.outputs", "needs.bild.outputs", "jactionlint"),
    ],
)
def test_the_linters_see_what_they_are_for(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, old: str, new: str, check: str
) -> None:
    source = rendered("typical", tmp_path_factory.getbasetemp()) / ".github" / "workflows" / "build-deploy.yml"
    path = tmp_path / ".github" / "workflows" / "build-deploy.yml"
    path.parent.mkdir(parents=True)
    text = source.read_text()
    changed = re.sub(old, new, text) if "[" in old else text.replace(old, new)
    assert changed != text
    path.write_text(changed)
    with pytest.raises(AssertionError):
        test_zizmor_finds_nothing([tmp_path], tmp_path) if check == "zizmor" else test_jactionlint_finds_nothing(
            [tmp_path]
        )
