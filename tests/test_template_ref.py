"""What `ref` and `--to` may say: a tag, a range of versions, a branch."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.version import Version

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates import commit_of, resolve_template
from dazzle_infra.values.refs import Range, is_range
from tests.support.cli import run_here, small_project
from tests.support.releases import FOLDER, build_releases, edit, git, manifest
from tests.support.trees import build_tree

TAGS = [
    *("v0.1.0", "v0.2.0", "v0.2.5", "v1.0.0", "v1.2.0", "v1.2.0+acme.1", "v1.2.3", "v1.3.0", "v1.4.0rc1"),
    *("v2.0.0rc1", "v2.0.0", "v2.1.0"),
]


@pytest.mark.parametrize(
    ("text", "newest"),
    [
        ("^1.2", "v1.3.0"),
        ("^v1.2", "v1.3.0"),
        ("^1.4.0rc1", "v1.4.0rc1"),
        ("^0.1", "v0.1.0"),
        ("^0.2.1", "v0.2.5"),
        ("^0", "v0.2.5"),
        ("~1.2", "v1.2.3"),
        ("~1.2.1", "v1.2.3"),
        ("~1", "v1.3.0"),
        ("1.x", "v1.3.0"),
        ("1.2.*", "v1.2.3"),
        ("v1.2.x", "v1.2.3"),
        ("*", "v2.1.0"),
        (">=1.2,<1.2.3", "v1.2.0+acme.1"),
        (">1.2.0, <1.2.3", "v1.2.0+acme.1"),
        (">1.2, <1.2.3", "v1.2.0+acme.1"),
        ("<=1.2.0", "v1.2.0+acme.1"),
        ("==1.2.0", "v1.2.0+acme.1"),
        ("~=1.2", "v1.3.0"),
        (">=2,!=2.1", "v2.0.0"),
        ("<2", "v1.3.0"),
        ("^3", None),
    ],
)
def test_a_range_takes_the_newest_version_in_it(text: str, newest: str | None) -> None:
    assert is_range(text)
    wanted = Range(text)
    found = [tag for tag in sorted(TAGS, key=Version) if tag in wanted]
    assert (found[-1] if found else None) == newest


@pytest.mark.parametrize("text", ["^", "~x", "^1.2.beta", ">=", "<>1", ">=1,,<2", "^1 ~2"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a version range"):
        Range(text)


@pytest.mark.parametrize("ref", ["v1.2.0", "1.2.0", "main", "release/1.x-next", "v1.0.0-3-g1234567"])
def test_tags_and_branches_are_no_ranges(ref: str) -> None:
    assert not is_range(ref)


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DAZZLE_INFRA_CACHE_DIR", str(tmp_path / "cache"))
    return build_releases(tmp_path / "template")


def test_a_range_is_resolved_to_a_tag_that_is_there(template: Path, tmp_path: Path) -> None:
    assert resolve_template("docker", "template", "~1.1", tmp_path).version == "v1.1.0"
    git(template, "tag", "v1.1.0+acme.1", "v1.1.0^{commit}")
    assert resolve_template("docker", "template", "~1.1", tmp_path).version == "v1.1.0+acme.1"
    with pytest.raises(TemplateError, match="no version in the range '\\^2'") as caught:
        resolve_template("docker", "template", "^2", tmp_path)
    assert "v1.2.0" in (caught.value.hint or "")


def test_a_branch_is_its_head_and_is_found_again_after_it_moved(template: Path, tmp_path: Path) -> None:
    git(template, "checkout", "-q", "-b", "next/steps")
    assert resolve_template("docker", "template", "next/steps", tmp_path).version == "v1.2.0"
    git(template, "commit", "-q", "--allow-empty", "-m", "x")
    found = resolve_template("docker", "template", "next/steps", tmp_path)
    assert found.branch == "next/steps"
    assert found.version == git(template, "describe", "--tags").strip()
    commit = commit_of(found)
    git(template, "commit", "-q", "--amend", "--allow-empty", "-m", "y")
    assert commit_of(resolve_template("docker", "template", "next/steps", tmp_path)) != commit
    again = resolve_template("docker", "template", found.version, tmp_path)
    assert (again.version, commit_of(again), again.branch) == (found.version, commit, None)


def test_a_branch_that_is_gone_is_not_taken_from_the_cache_and_bars_no_other(template: Path, tmp_path: Path) -> None:
    git(template, "branch", "next")
    assert resolve_template("docker", "template", "next", tmp_path).version == "v1.2.0"
    git(template, "branch", "-D", "next")
    with pytest.raises(TemplateError, match="no version 'next', and no branch of that name"):
        resolve_template("docker", "template", "next", tmp_path)
    git(template, "branch", "next/steps")
    assert resolve_template("docker", "template", "next/steps", tmp_path).branch == "next/steps"


@pytest.mark.parametrize("prunes", ["false", "true"])
def test_a_tag_that_is_gone_stays_in_the_cache(
    template: Path, tmp_path: Path, prunes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    for number, key in enumerate(("fetch.prune", "fetch.pruneTags")):
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", prunes)
    assert resolve_template("docker", "template", None, tmp_path).version == "v1.2.0"
    git(template, "tag", "-d", "v1.2.0")
    assert resolve_template("docker", "template", "v1.2.0", tmp_path).version == "v1.2.0"


@pytest.mark.slow
def test_an_application_follows_a_branch_and_plain_copier_follows_after(tmp_path: Path) -> None:
    template = build_releases(tmp_path / "template")
    project = small_project(tmp_path / "project", manifest(template, "main"))
    git(template, "commit", "-q", "--allow-empty", "-m", "one")
    made = run_here("docker", cwd=project)
    assert made.status == 0, made.err
    assert "main is a branch" in made.err
    assert run_here("check", cwd=project).status == 0
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    first = git(template, "describe", "--tags").strip()
    assert f"_commit: {first}\n" in (project / FOLDER / ".copier-answers.yml").read_text()
    build_tree(template, {"template/extra.conf": "changed\n"})
    git(template, "commit", "-q", "-a", "--amend", "-m", "two")
    planned = run_here("plan", "--json", cwd=project).json["backends"][0]["template"]
    second = git(template, "describe", "--tags").strip()
    assert (planned["from"], planned["to"], planned["branch"]) == (first, second, "main")
    assert run_here("check", cwd=project).status == 3
    assert run_here("update", cwd=project).status == 0
    assert (project / FOLDER / "extra.conf").read_text() == "changed\n"
    assert "compose_2 = mine" in (project / FOLDER / "compose.yaml").read_text()
    assert run_here("check", cwd=project).status == 0


@pytest.mark.slow
def test_a_range_in_dazzle_toml_holds_an_update_back(tmp_path: Path) -> None:
    template = build_releases(tmp_path / "template")
    project = small_project(tmp_path / "project", manifest(template, "1.0.x"))
    assert run_here("docker", cwd=project).status == 0
    assert run_here("check", cwd=project).status == 0
    up = run_here("update", "--to", "^1", "--json", cwd=project)
    assert up.json["backends"][0]["template"]["to"] == "v1.2.0"


def test_a_range_without_a_version_is_refused_at_its_line(tmp_path: Path) -> None:
    template = build_releases(tmp_path / "template")
    project = small_project(tmp_path / "project", manifest(template, "^7"))
    ran = run_here("docker", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (2, "version_unknown")
    assert ran.json["where"]["key"] == "[infra.docker] ref"
    assert ran.json["where"]["line"] == 10
