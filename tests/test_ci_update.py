"""An update from a release of the CI template to the next one keeps what people wrote into workflows and pipelines."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.ci_template import TEMPLATE
from tests.support.cli import SMALL, run_here
from tests.support.releases import commit_all, git
from tests.support.trees import build_tree, read_tree

pytestmark = pytest.mark.slow

GITHUB = {
    ".github/workflows/build-deploy.yml": (
        "runs-on:",
        "\n  ours:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n",
    ),
    ".github/workflows/test.yml": ("timeout-minutes:", "\n      - run: make ours\n"),
    ".github/pipeline.md": ("## ", "\nOur own notes.\n"),
}
GITLAB = {
    ".gitlab/ci/desk/build-deploy.yml": ("stage:", "\ndesk:ours:\n  script: [make]\n"),
    ".gitlab/ci/desk/test.yml": ("stage:", "\ndesk:ours-too:\n  script: [make]\n"),
    ".gitlab-ci.yml": ("", "\nours:\n  script: [make]\n"),
}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository of the template with 1.0.0, and a next release that changes and adds lines in every file."""
    folder = tmp_path_factory.mktemp("releases") / "ci"
    shutil.copytree(TEMPLATE, folder)
    git(folder, "init", "--quiet")
    commit_all(folder)
    git(folder, "tag", "v1.0.0")
    changed = 0
    for path in sorted((folder / "template").rglob("*")):
        if path.is_file() and path.suffix in {".jinja", ".sh"} and "answers_file" not in path.name:
            text = path.read_text()
            first = next((line for line in text.splitlines() if line.startswith("#")), None)
            if first is not None:
                path.write_text(text.replace(f"{first}\n", f"{first}\n# Changed by the next release.\n", 1))
                changed += 1
    assert changed > 20
    commit_all(folder)
    git(folder, "tag", "v1.1.0")
    return folder


def application(folder: Path, releases: Path, provider: str) -> Path:
    """Return a project at the top of a repository that uses the first release."""
    manifest = (
        '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
        'backends = ["docker", "terraform", "server", "ci"]\n'
        f'\n[infra.ci]\nprovider = "{provider}"\ntemplate = "{releases}"\nref = "v1.0.0"\n'
    )
    build_tree(folder, {"dazzle.toml": manifest, "appspec.json": json.dumps(SMALL)})
    git(folder, "init", "--quiet")
    return folder


@pytest.mark.parametrize(("provider", "edits"), [("github", GITHUB), ("gitlab", GITLAB)], ids=["github", "gitlab"])
def test_edits_of_people_and_lines_of_the_release_are_both_there(
    tmp_path: Path, releases: Path, provider: str, edits: dict[str, tuple[str, str]]
) -> None:
    top = application(tmp_path / "desk", releases, provider)
    assert run_here("ci", cwd=top).status == 0
    commit_all(top)
    for file, (word, added) in edits.items():
        lines = (top / file).read_text().splitlines()
        last = max((number for number, line in enumerate(lines) if word and word in line), default=None)
        if last is not None:
            lines[last] += " # ours" if file.endswith(".yml") else " and ours"
        (top / file).write_text("\n".join(lines) + "\n" + added)
    edited = read_tree(top)
    commit_all(top)
    (top / "dazzle.toml").write_text((top / "dazzle.toml").read_text().replace("v1.0.0", "v1.1.0"))
    ran = run_here("update", "--json", cwd=top)
    assert ran.status == 0, ran.out
    for file, (_, added) in edits.items():
        text = (top / file).read_text()
        lost = [line for line in edited[file].decode().splitlines() if line not in text.splitlines()]
        assert lost == [], file
        assert text.endswith(added)
        assert ("# Changed by the next release." in text) is (file != ".gitlab-ci.yml"), file
    assert run_here("undo", cwd=top).status == 0
    for file in edits:
        assert (top / file).read_bytes() == edited[file]


def test_an_environment_that_leaves_takes_its_jobs_along_and_nothing_of_people(tmp_path: Path, releases: Path) -> None:
    top = application(tmp_path / "desk", releases, "github")
    assert run_here("ci", cwd=top).status == 0
    workflow = top / ".github/workflows/build-deploy.yml"
    assert re.search(r"\bstaging\b", workflow.read_text())
    workflow.write_text(workflow.read_text() + GITHUB[".github/workflows/build-deploy.yml"][1])
    manifest = (top / "dazzle.toml").read_text()
    (top / "dazzle.toml").write_text(manifest + '\n[infra.terraform]\nenvironments = ["dev", "prod"]\n')
    ran = run_here("update", cwd=top)
    assert ran.status == 0, ran.err
    assert not re.search(r"\bstaging\b", workflow.read_text())
    assert workflow.read_text().endswith(GITHUB[".github/workflows/build-deploy.yml"][1])
