"""Moving an application from one template to another and back: edits are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import FOLDER, build_releases, edit, git, manifest
from tests.support.trees import build_tree, read_tree

ANSWERS = ".copier-answers.yml"


def fork(upstream: Path, folder: Path) -> Path:
    """Fork a template as people do: with its history, without its tags, and with a house change of their own."""
    git(folder.parent, "clone", "-q", "--no-tags", str(upstream), folder.name)
    build_tree(folder, {"template/house.conf": "house = style\n"})
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", "house style")
    git(folder, "tag", "v1.2.0+acme.1")
    return folder


@pytest.fixture
def upstream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))
    return build_releases(tmp_path / "upstream")


def application(folder: Path, upstream: Path) -> Path:
    """Make an application from the first release upstream, edit it, and let dazzle.toml say nothing of a template."""
    project = small_project(folder, manifest(upstream, "v1.0.0"))
    assert run_here("docker", cwd=project).status == 0
    (project / "dazzle.toml").write_text(MANIFEST)
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    return project


def source_of(project: Path) -> str:
    lines = (project / FOLDER / ANSWERS).read_text().splitlines()
    return next(line.split(": ", 1)[1] for line in lines if line.startswith("_src_path"))


@pytest.mark.slow
def test_an_application_moves_to_a_fork_and_back_and_its_edits_stay(upstream: Path, tmp_path: Path) -> None:
    house = fork(upstream, tmp_path / "house")
    project = application(tmp_path / "project", upstream)
    planned = run_here("plan", "docker", "--template", "../house", cwd=project)
    assert f"git+{upstream.as_uri()} → git+{house.as_uri()}" in planned.out
    assert "v1.0.0 → v1.2.0+acme.1" in planned.out
    there = run_here("update", "docker", "--template", "../house", "--json", cwd=project)
    assert (there.status, there.json["changes"]) == (0, True)
    assert there.json["backends"][0]["template"]["from_source"] == f"git+{upstream.as_uri()}"
    assert (project / FOLDER / "house.conf").exists()
    assert (project / FOLDER / "bin/stop.sh").exists()
    assert "compose_2 = mine" in (project / FOLDER / "compose.yaml").read_text()
    # Nothing names a template: the recorded one stays.
    assert source_of(project) == f"git+{house.as_uri()}"
    assert run_here("check", cwd=project).status == 0
    (project / "dazzle.toml").write_text(manifest(upstream, "v1.1.0"))
    checked = run_here("check", cwd=project)
    assert (checked.status, "another template" in checked.out) == (3, True)
    assert run_here("update", cwd=project).status == 0
    assert source_of(project) == f"git+{upstream.as_uri()}"
    assert not (project / FOLDER / "house.conf").exists()
    assert "compose_2 = mine" in (project / FOLDER / "compose.yaml").read_text()


@pytest.mark.slow
def test_the_embedded_template_is_left_and_found_again(upstream: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "dazzle-infra://docker", "house")
    house = tmp_path / "house"
    git(house, "tag", "-d", *git(house, "tag").split())
    (house / "template" / "HOUSE.md").write_text("Our own.\n")
    git(house, "add", "--all")
    git(house, "commit", "-q", "-m", "house")
    git(house, "tag", "v1.9.0+acme.1")
    project = small_project(tmp_path / "project", MANIFEST)
    assert run_here("docker", cwd=project).status == 0
    before = read_tree(project / FOLDER)
    readme = project / FOLDER / "README.md"
    readme.write_text(readme.read_text() + "\nmine\n")
    assert run_here("update", "docker", "--template", "../house", cwd=project).status == 0
    assert (project / FOLDER / "HOUSE.md").exists()
    assert run_here("update", "docker", "--template", "embedded", cwd=project).status == 0
    after = read_tree(project / FOLDER)
    assert after.pop("README.md").endswith(b"\nmine\n")
    assert {name: content for name, content in before.items() if name != "README.md"} == after


@pytest.mark.slow
def test_where_the_source_is_gone_the_fork_has_the_base(upstream: Path, tmp_path: Path) -> None:
    house = fork(upstream, tmp_path / "house")
    project = application(tmp_path / "project", upstream)
    before = read_tree(project)
    shutil.rmtree(upstream)
    shutil.rmtree(tmp_path / "cache")
    lost = run_here("update", "--json", cwd=project)
    assert (lost.status, lost.json["code"]) == (5, "template_unreachable")
    assert read_tree(project) == before
    assert run_here("update", "docker", "--template", "../house", cwd=project).status == 0
    assert source_of(project) == f"git+{house.as_uri()}"
    assert "compose_2 = mine" in (project / FOLDER / "compose.yaml").read_text()
    # What the old release brought and the new one dropped is gone: the base was the right one.
    assert not (project / FOLDER / "legacy.conf").exists()
    assert (project / FOLDER / "settings.conf").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("update", "--template", "../house"), "names one template for docker and terraform"),
        (("all", "--template", "../house"), "names one template for docker and terraform"),
        (("update", "--all", "--template", "../house"), "names one template for docker and terraform"),
        (("plan", "docker", "--template", "../house", "--to", "recorded"), "are mutually exclusive"),
        (("update", "--continue", "--dry-run"), "--continue and --dry-run are mutually exclusive"),
        (("update", "--abort", "--dry-run"), "--abort and --dry-run are mutually exclusive"),
        (("update", "--repair", "--dry-run"), "--repair and --dry-run are mutually exclusive"),
        (("update", "--restore", "infra/docker/compose.yaml", "--dry-run"), "are mutually exclusive"),
        (("update", "--continue", "--abort"), "are mutually exclusive"),
        (("update", "docker", "--abort"), "are mutually exclusive"),
    ],
)
def test_what_cannot_be_meant_is_refused(upstream: Path, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    project = application(tmp_path / "project", upstream)
    ran = run_here(*arguments, cwd=project)
    assert (ran.status, says in ran.err) == (2, True)
