"""The story that docs/house-style.md tells, run as it stands there: fork, change, release, use, merge, update."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.version import Version

from dazzle_infra.templates import embedded_repository, versions_of
from tests.support.cli import run_here, small_project
from tests.support.documents import Block, blocks
from tests.support.releases import IDENTITY, commit_all, edit, git
from tests.support.trees import read_tree

STORY = blocks("house-style.md")
[SETTINGS] = [block.text for block in STORY if block.language == "toml"]
VERSIONS = sorted(
    {found for block in STORY if block.language == "sh" for found in re.findall(r"v\d+\.\d+\.\d+", block.text)}
)
NAMES = ("desk", "shop", "blog", "wiki")
KEEPS_DROPPED = "shop"
"""The application that has edited a file that upstream drops: the file stays, and is reported as undecided."""

PLAIN = "wiki"
"""The application that follows by plain Copier."""


@dataclass(frozen=True)
class Company:
    """Where the story takes place: a git server, upstream, a workshop and applications."""

    root: Path
    environment: Mapping[str, str]
    released: str
    coming: str

    def run(self, block: Block, folder: Path, status: int = 0) -> str:
        """Run the commands of a block, the versions in it being those that there are, and return what they print."""
        text = re.sub(r"v\d+\.\d+\.\d+", lambda found: self.versions[found[0]], block.text)
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, f"{text}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def versions(self) -> dict[str, str]:
        """What stands for the two versions of the document: the newest release, and the one after it."""
        return dict(zip(VERSIONS, (self.released, self.coming), strict=True))

    @property
    def applications(self) -> dict[str, Path]:
        return {name: self.root / name for name in NAMES}


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """Set the scene: the server's URL and upstream's are told to git as a company's configuration would tell them."""
    released = versions_of(embedded_repository("docker"))[-1]
    version = Version(released)
    git(tmp_path, "clone", "--quiet", "--bare", str(embedded_repository("docker")), "upstream.git")
    (tmp_path / "server/acme").mkdir(parents=True)
    git(tmp_path, "init", "--quiet", "--bare", "server/acme/infra-docker.git")
    configuration = tmp_path / "gitconfig"
    for key, value in (
        (f"url.{(tmp_path / 'server').as_uri()}/.insteadOf", "https://git.example.com/"),
        (f"url.{(tmp_path / 'upstream.git').as_uri()}.insteadOf", "dazzle-infra://docker"),
        *(setting.split("=") for setting in IDENTITY[1::2]),
    ):
        git(tmp_path, "config", "--file", str(configuration), key, value)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": str(configuration), "GIT_CONFIG_NOSYSTEM": "1", "PYTHONWARNINGS": "ignore"}
    return Company(tmp_path, environment, released, f"v{version.major}.{version.minor + 1}.0")


def release_upstream(company: Company) -> None:
    """Make a further release: a file changes, one comes, and one goes."""
    clone = company.root / "clone"
    git(company.root, "clone", "--quiet", "upstream.git", "clone")
    [ignored] = (clone / "template").glob(".gitignore*")
    ignored.write_text(f"# Improved by upstream.\n{ignored.read_text()}")
    (clone / "template/UPSTREAM.md").write_text("New in this release.\n")
    [dropped] = (clone / "template").glob("{% if not dockerfile %}.dockerignore*")
    dropped.unlink()
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--message", "an improvement")
    git(clone, "tag", company.coming)
    git(clone, "push", "--quiet", "origin", "HEAD:main", company.coming)


def make_applications(company: Company, block: Block) -> None:
    for number, (name, folder) in enumerate(company.applications.items()):
        manifest = f'[project]\nname = "{name}"\n\n[infra]\nappspec = "appspec.json"\n\n{SETTINGS}'
        small_project(folder, manifest.replace("4711", f"47{number}"))
        company.run(block, folder)
        answers = (folder / "infra/docker/.copier-answers.yml").read_text()
        assert f"\n_commit: {company.released}+acme.1\n" in answers
        assert "\n_src_path: https://git.example.com/acme/infra-docker.git\n" in answers
        assert f"Cost centre 47{number}." in (folder / "infra/docker/HOUSE.md").read_text()


def switch_an_application(company: Company, block: Block) -> None:
    folder = small_project(company.root / "depot")
    assert run_here("docker", "-q", cwd=folder).status == 0
    edit(folder, "compose.yaml", "services:", "# depot edits the stack.\nservices:")
    git(folder, "init", "--quiet")
    commit_all(folder)
    (folder / "dazzle.toml").write_text((folder / "dazzle.toml").read_text() + SETTINGS)
    said = company.run(block, folder)
    assert "git+dazzle-infra://docker → https://git.example.com/acme/infra-docker.git" in said
    assert "Cost centre 4711." in (folder / "infra/docker/HOUSE.md").read_text()
    assert "# depot edits the stack." in (folder / "infra/docker/compose.yaml").read_text()


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


def edit_applications(company: Company) -> None:
    """Let the people of each application do as they like with the files."""
    for name, folder in company.applications.items():
        edit(folder, "compose.yaml", "services:", f"# {name} edits the stack.\nservices:")
        edit(folder, "HOUSE.md", "the platform team", f"the people of {name}")
        append(folder / "infra/docker/.gitignore", f"*.{name}\n")
        git(folder, "init", "--quiet")
        commit_all(folder)
    (company.root / "desk/infra/docker/dev.env.example").unlink()
    append(company.root / KEEPS_DROPPED / "infra/docker/.dockerignore", "# shop needs it.\n")


def check_updated(company: Company, name: str) -> None:
    files = read_tree(company.applications[name] / "infra/docker")
    text = {path: content.decode() for path, content in files.items()}
    assert f"\n_commit: {company.coming}+acme.1\n" in text[".copier-answers.yml"]
    assert text["UPSTREAM.md"] == "New in this release.\n"
    assert text[".gitignore"].startswith("# Improved by upstream.\n")
    assert text[".gitignore"].endswith(f"*.acme-local\n*.{name}\n")
    assert f"# {name} edits the stack.\n" in text["compose.yaml"]
    assert f"Questions: the people of {name}." in text["HOUSE.md"]
    assert ("dev.env.example" in files) == (name != "desk")
    assert (".dockerignore" in files) == (name == KEEPS_DROPPED)
    assert not any("<<<<<<<" in content for content in text.values())


@pytest.mark.slow
def test_the_story_of_the_document_keeps_everything_that_anybody_wrote(company: Company) -> None:
    workshop, change, check, publish, make, switch, merge, update, plain = [
        block for block in STORY if block.language == "sh"
    ]
    fork = company.root / "acme-docker"
    ejected = company.run(workshop, company.root)
    assert f"git tag {company.released}+house.1" in ejected
    company.run(change, fork)
    assert "all checks passed" in company.run(check, fork)
    company.run(publish, fork)
    make_applications(company, make)
    switch_an_application(company, switch)
    edit_applications(company)
    release_upstream(company)
    assert f"update from {company.released}+acme.1" in company.run(merge, fork)
    assert git(fork, "tag").split() == [f"{company.released}+acme.1", f"{company.coming}+acme.1"]
    for name, folder in company.applications.items():
        commit_all(folder)
        company.run(plain if name == PLAIN else update, folder, status=4 if name == KEEPS_DROPPED else 0)
        check_updated(company, name)


def test_the_document_uses_the_version_that_eject_prints() -> None:
    released = [versions_of(embedded_repository(name))[-1] for name in ("docker", "terraform")]
    assert VERSIONS[0] in released, "docs/house-style.md: replace the version by that of the newest release"
