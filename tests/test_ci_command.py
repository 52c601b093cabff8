"""`dazzle infra ci` in repositories of one and of several applications, and what it says before pipelines run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cli import SMALL, run_here
from tests.support.releases import commit_all, git
from tests.support.trees import build_tree, read_tree

GUIDE = ".github/pipeline.md"
FASTAPI = {
    "pyproject.toml": '[project]\nname = "x"\ndependencies = ["fastapi"]\n[dependency-groups]\ndev = ["pytest"]\n',
    "main.py": "",
    "tests/test_x.py": "",
}


def repository(folder: Path, remote: str = "git@github.com:acme/desk.git") -> Path:
    """Return a repository with that remote; an empty text for none."""
    build_tree(folder, {"README.md": "ours\n"})
    git(folder, "init", "--quiet")
    if remote:
        git(folder, "remote", "add", "origin", remote)
    return folder


def application(
    folder: Path, more: str = "", name: str = "desk", backends: str = '["docker", "server", "ci"]', **files: str
) -> Path:
    """Return a project with those lines after `[infra]`."""
    manifest = f'[project]\nname = "{name}"\n\n[infra]\nappspec = "appspec.json"\nbackends = {backends}\n{more}'
    spec = json.dumps(SMALL)
    return build_tree(folder, {"dazzle.toml": manifest, "appspec.json": spec, **FASTAPI, **files})


def added(top: Path, before: dict[str, bytes]) -> set[str]:
    """Return the paths of the files that were written."""
    return {path for path in read_tree(top) if path not in before and not path.startswith(".dazzle-infra/")}


def test_pipelines_are_generated_at_the_top_and_nothing_else_is_touched(tmp_path: Path) -> None:
    top = repository(tmp_path / "mono")
    project = application(top / "apps/desk")
    before = read_tree(top)
    ran = run_here("ci", cwd=project)
    assert ran.status == 0, ran.err
    assert "less ../../.github/desk-pipeline.md" in ran.out
    found = added(top, before)
    assert {".copier-answers.ci-desk.yml", ".github/workflows/desk-build-deploy.yml"} <= found
    assert all(path.startswith((".github/", ".copier-answers.ci-")) for path in found)
    assert {path: read_tree(top)[path] for path in before} == before
    assert run_here("check", cwd=project).status == 0
    assert run_here("ci", cwd=project).status == 5


def test_applications_of_one_repository_have_files_of_their_own(tmp_path: Path) -> None:
    top = repository(tmp_path / "mono")
    files = []
    for name in ("desk", "shop"):
        project = application(top / "apps" / name, name=name)
        before = read_tree(top)
        assert run_here("ci", cwd=project).status == 0
        files.append(added(top, before))
    assert len(files[0]) == len(files[1]) > 5
    assert {path.replace("desk", "shop") for path in files[0]} == files[1]
    assert not files[0] & files[1]


def test_applications_on_gitlab_share_the_file_at_the_top_that_belongs_to_people(tmp_path: Path) -> None:
    top = repository(tmp_path / "mono", "https://gitlab.com/acme/mono.git")
    first = run_here("ci", cwd=application(top / "desk", '[infra.ci]\nprovider = "gitlab"\n'))
    assert (first.status, "gitlab-ci" in first.err) == (0, False), first.err
    made = (top / ".gitlab-ci.yml").read_text()
    assert ".gitlab/ci/*/pipeline.yml" in made
    (top / ".gitlab-ci.yml").write_text(made + "\nours:\n  script: [make]\n")
    second = run_here("ci", cwd=application(top / "shop", name="shop"))
    assert (second.status, "gitlab-ci" in second.err) == (0, False), second.err
    assert (top / ".gitlab-ci.yml").read_text().endswith("\nours:\n  script: [make]\n")
    assert (top / ".gitlab/ci/shop/pipeline.yml").is_file()
    assert not (top / ".github").exists()


def test_a_file_at_the_top_that_includes_no_pipelines_stays_and_the_line_to_add_is_named(tmp_path: Path) -> None:
    top = repository(tmp_path / "mono", "https://gitlab.com/acme/mono.git")
    build_tree(top, {".gitlab-ci.yml": "ours:\n  script: [make]\n"})
    ran = run_here("ci", cwd=application(top / "desk"))
    assert ran.status == 0, ran.err
    assert "add `include: [{local: .gitlab/ci/*/pipeline.yml}]`" in ran.err
    assert (top / ".gitlab-ci.yml").read_text() == "ours:\n  script: [make]\n"


def test_a_workflow_of_that_name_that_is_not_ours_is_never_overwritten(tmp_path: Path) -> None:
    top = repository(tmp_path / "desk")
    build_tree(top, {".github/workflows/rollback.yml": "on: push\n"})
    project = application(top)
    before = read_tree(top)
    ran = run_here("ci", "--json", cwd=project)
    assert (ran.status, ran.json["code"], ran.json["where"]["file"]) == (
        5,
        "not_ours",
        ".github/workflows/rollback.yml",
    )
    assert read_tree(top) == before


@pytest.mark.parametrize(
    ("remote", "more", "said"),
    [
        ("", "", "the repository has no remote: the pipelines run when it is pushed to GitHub"),
        (
            "https://oauth2:hunter2@gitlab.example.com/acme/desk.git",
            "",
            'has a remote at gitlab.example.com, and the pipelines are for GitHub; set [infra.ci] provider = "gitlab"',
        ),
        (
            "git@github.com:acme/desk.git",
            '[infra.ci]\nprovider = "gitlab"\n',
            'has a remote at github.com, and the pipelines are for GitLab; set [infra.ci] provider = "github"',
        ),
        ("ssh://git@bitbucket.org:22/acme/desk", "", "has a remote at bitbucket.org, and the pipelines are for GitHub"),
    ],
    ids=["none", "gitlab", "github", "another"],
)
def test_a_remote_that_does_not_run_the_pipelines_is_named_without_its_credentials(
    tmp_path: Path, remote: str, more: str, said: str
) -> None:
    ran = run_here("ci", cwd=application(repository(tmp_path / "desk", remote), more))
    assert ran.status == 0, ran.err
    assert said in " ".join(ran.err.split())
    assert "hunter2" not in ran.err + ran.out


@pytest.mark.parametrize("remote", ["git@github.com:acme/desk.git", "https://git.example.com/desk", "/srv/desk.git"])
def test_a_remote_that_may_run_the_pipelines_is_no_warning(tmp_path: Path, remote: str) -> None:
    ran = run_here("ci", cwd=application(repository(tmp_path / "desk", remote)))
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.parametrize(
    ("backends", "files", "said"),
    [
        ('["docker", "ci"]', {}, "the pipelines do not deploy"),
        ('["server", "ci"]', {}, "no backend of [infra] backends builds the image"),
        ('["docker", "server", "ci"]', {"pyproject.toml": '[project]\ndependencies = ["fastapi"]\n'}, "no linter"),
        (
            '["docker", "server", "ci"]',
            {"pyproject.toml": FASTAPI["pyproject.toml"].replace("pytest", "ruff")},
            "the pipelines run no tests",
        ),
    ],
    ids=["no target", "no image", "no checks", "no tests"],
)
def test_what_the_pipelines_leave_out_is_a_warning(
    tmp_path: Path, backends: str, files: dict[str, str], said: str
) -> None:
    ran = run_here("ci", cwd=application(repository(tmp_path / "desk"), backends=backends, **files))
    assert (ran.status, said in " ".join(ran.err.split())) == (0, True), ran.err


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ('[infra.ci]\nbranch = "a b"\n', "[infra.ci] branch"),
        ('[infra.ci]\nrunner = "${{ x }}"\n', "[infra.ci] runner"),
        ("[infra.ci]\noutput = 'ci'\n", "[infra.ci] output"),
        ('[infra.env.production]\ntarget = "terraform"\n', "[infra.env.production] target"),
        ('[infra.server]\nenvironments = ["my env"]\n', "[infra.server] environments"),
    ],
)
def test_bad_input_is_one_message_with_file_and_key_and_nothing_is_written(tmp_path: Path, more: str, key: str) -> None:
    top = repository(tmp_path / "desk")
    project = application(top, more)
    before = read_tree(top)
    ran = run_here("ci", "--json", cwd=project)
    assert (ran.status, ran.json["where"]["file"]) == (2, "dazzle.toml")
    assert key in ran.json["message"]
    assert read_tree(top) == before


def test_a_project_in_no_repository_is_refused(tmp_path: Path) -> None:
    project = application(tmp_path / "desk")
    before = read_tree(project)
    ran = run_here("ci", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (5, "no_repository")
    assert read_tree(project) == before


def test_a_change_of_the_provider_replaces_the_files_and_is_reverted(tmp_path: Path) -> None:
    top = repository(tmp_path / "desk")
    project = application(top)
    assert run_here("ci", cwd=project).status == 0
    commit_all(top)
    before = read_tree(top)
    manifest = (project / "dazzle.toml").read_text()
    (project / "dazzle.toml").write_text(manifest + '\n[infra.ci]\nprovider = "gitlab"\n')
    plan = run_here("plan", cwd=project)
    assert (plan.status, ".gitlab/ci/desk/pipeline.yml" in plan.out) == (0, True)
    assert run_here("update", cwd=project).status == 0
    assert not (top / ".github/workflows").exists()
    assert (top / ".gitlab-ci.yml").is_file()
    # The recorded answer stays if dazzle.toml does not state it any more.
    (project / "dazzle.toml").write_text(manifest)
    assert run_here("check", cwd=project).status == 0
    assert run_here("undo", cwd=project).status == 0
    left = {path: content for path, content in read_tree(top).items() if not path.startswith(".dazzle-infra/")}
    assert left == {path: content for path, content in before.items() if not path.startswith(".dazzle-infra/")}


def test_an_environment_that_is_added_is_a_change_with_its_reason(tmp_path: Path) -> None:
    top = repository(tmp_path / "desk")
    project = application(top)
    assert run_here("ci", cwd=project).status == 0
    manifest = (project / "dazzle.toml").read_text()
    added = '\n[infra.server]\nenvironments = ["staging", "production"]\n'
    (project / "dazzle.toml").write_text(manifest + added)
    assert run_here("check", cwd=project).status == 3
    shown = run_here("plan", "ci", "--json", cwd=project).json
    [one] = shown["backends"]
    assert one["name"] == "ci"
    assert "environments" in json.dumps(one)


def test_explain_says_that_pipelines_provide_nothing(tmp_path: Path) -> None:
    ran = run_here("explain", cwd=application(repository(tmp_path / "desk")))
    assert (ran.status, "ci: not provided; pipelines deploy what other backends provide" in ran.out) == (0, True)
