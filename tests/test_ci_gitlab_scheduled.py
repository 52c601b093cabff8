"""What pipelines of GitLab do once a week: update generated files in a merge request, and report drift in an issue."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dazzle_infra.backends.ci.records import Check
from tests.support.ci_gitlab import Pipeline, Ran, pipeline
from tests.support.ci_gitlab_api import Api, api
from tests.support.ci_template import GITLAB, rendered
from tests.support.releases import git

pytestmark = pytest.mark.slow

UPDATE = "desk:infra-update"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    if not shutil.which("wget"):
        pytest.skip("no wget on PATH, which calls GitLab's API")
    folder = tmp_path_factory.mktemp("scheduled")
    own = {"app_name": "desk", "install": [], "targets": [], "environments": [], "migrate": []}
    return pipeline(folder, GITLAB.model_copy(update={**own, "checks": [Check(name="test", command="./check test")]}))


@pytest.fixture
def gitlab() -> Iterator[Api]:
    with api() as served:
        yield served


def _update(desk: Pipeline, gitlab: Api, *failures: str, token: str = "hush-api") -> Ran:  # noqa: S107
    desk.fail(*failures)
    project = str(desk.folder / "origin")
    given = {"INFRA_TOKEN": token} if token else {}
    return desk.run(
        CI_PIPELINE_SOURCE="schedule",
        INFRA_SCHEDULE="weekly",
        CI_API_V4_URL=gitlab.url,
        CI_PROJECT_ID="7",
        CI_PROJECT_URL=project,
        **given,
    )


def _pushed(desk: Pipeline, path: str) -> str:
    return git(desk.folder / "origin.git", "show", f"infra-update/desk:{path}")


def test_an_update_is_pushed_to_a_branch_and_opens_a_merge_request(desk: Pipeline, gitlab: Api) -> None:
    ran = _update(desk, gitlab)
    assert ran.status == 0, ran.output
    assert ran.jobs("PASS") == {UPDATE}
    assert _pushed(desk, "updated.txt") == "new\n"
    ((path, body),) = gitlab.posts
    assert path == "/projects/7/merge_requests"
    assert body["source_branch"] == "infra-update/desk"
    assert body["target_branch"] == "main"
    assert body["title"] == "Update the infrastructure of desk"
    assert body["description"].endswith("```text\nserver: updated to 1.1.0\n```")
    assert gitlab.tokens == {"hush-api"}
    assert "hush" not in ran.output
    # The branch itself is untouched.
    assert "updated.txt" not in git(desk.folder / "origin.git", "ls-tree", "-r", "--name-only", "main")


def test_conflicts_are_committed_as_they_are_and_named_in_a_draft(desk: Pipeline, gitlab: Api) -> None:
    gitlab.open.append({"iid": 12, "title": "Update"})
    ran = _update(desk, gitlab, "conflicts")
    assert ran.status == 0, ran.output
    assert _pushed(desk, "conflicted.txt").startswith("<<<<<<< your-edits\na\n=======\n")
    ((path, body),) = gitlab.posts
    assert path == "/projects/7/merge_requests/12/notes"
    assert "These files contain conflict markers" in body["body"]
    assert "- `conflicted.txt`\n" in body["body"]
    assert 'server: 1 "conflict"' in body["body"]
    gitlab.open.clear()
    gitlab.posts.clear()
    _update(desk, gitlab, "conflicts")
    assert gitlab.posts[0][1]["title"] == "Draft: Update the infrastructure of desk: conflicts to resolve"


def test_the_work_of_a_person_on_the_branch_is_not_overwritten(desk: Pipeline, gitlab: Api) -> None:
    origin = desk.folder / "origin.git"
    tree = git(origin, "rev-parse", "main^{tree}").strip()
    commit = git(origin, "commit-tree", tree, "-p", "main", "-m", "resolved").strip()
    git(origin, "update-ref", "refs/heads/infra-update/desk", commit)
    ran = _update(desk, gitlab)
    assert ran.status == 1
    assert "error: a person has worked on infra-update/desk" in ran.output
    assert git(origin, "rev-parse", "infra-update/desk").strip() == commit
    git(origin, "update-ref", "-d", "refs/heads/infra-update/desk")


@pytest.mark.parametrize(
    ("failure", "token", "status", "said"),
    [
        ("up-to-date", "hush-api", 0, "everything is up to date"),
        ("update", "hush-api", 1, "error: the update failed"),
        ("", "", 1, "error: INFRA_TOKEN is not set"),
    ],
)
def test_nothing_is_pushed_without_an_update_or_a_token(
    desk: Pipeline, gitlab: Api, failure: str, token: str, status: int, said: str
) -> None:
    before = git(desk.folder / "origin.git", "rev-parse", "--all")
    ran = _update(desk, gitlab, *[failure] if failure else [], token=token)
    assert ran.status == status
    assert said in ran.output
    assert gitlab.posts == []
    assert git(desk.folder / "origin.git", "rev-parse", "--all") == before


def test_a_push_runs_nothing_of_the_schedule(desk: Pipeline) -> None:
    desk.fail()
    ran = desk.run()
    assert ran.jobs("PASS") == {"desk:test"}
    assert not ran.calls_of("dazzle-infra")


@pytest.fixture(params=["sh", "busybox"])
def commands(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The folders of the programs of this machine, and of BusyBox alone, which images of Terraform have."""
    if not shutil.which("wget"):
        pytest.skip("no wget on PATH, which calls GitLab's API")
    if request.param == "sh":
        return "/usr/bin:/bin"
    busybox = shutil.which("busybox")
    if busybox is None:
        pytest.skip("no busybox on PATH")
    names = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split()
    applets = tmp_path / "applets"
    applets.mkdir()
    for name in names:
        (applets / name).symlink_to(busybox)
    if "wget" not in names:
        (applets / "wget").symlink_to(str(shutil.which("wget")))
    return str(applets)


def test_drift_opens_an_issue_and_then_comments_on_it(
    commands: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, gitlab: Api
) -> None:
    top = rendered("gitlab", tmp_path_factory.getbasetemp())
    report = tmp_path / "staging.md"
    report.write_text('### staging\n\n- `aws_s3_bucket.this["a\\b"]` (destroy)\n\tend\n')
    environment = {"PATH": commands, "INFRA_TOKEN": "hush", "CI_API_V4_URL": gitlab.url, "CI_PROJECT_ID": "7"}
    shell = shutil.which("sh", path=commands)
    assert shell is not None
    script = [shell, ".gitlab/ci/ticket-desk/scripts/open-issue.sh", "staging", str(report)]

    def open_issue() -> None:
        subprocess.run(script, cwd=top, env=environment, check=True)

    open_issue()
    gitlab.open.append({"iid": 5, "labels": ["drift-staging"]})
    open_issue()
    (first, opened), (second, comment) = gitlab.posts
    assert first == "/projects/7/issues"
    assert opened["labels"] == "drift-staging"
    assert opened["description"].startswith('### staging\n\n- `aws_s3_bucket.this["a\\b"]` (destroy)\n end\n')
    assert second == "/projects/7/issues/5/notes"
    assert comment["body"] == opened["description"]
