"""A backend that places its files at the top of the git repository, beside files of others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from textwrap import dedent
from typing import ClassVar

import pytest

from dazzle_infra.backends import register_backend
from dazzle_infra.backends.base import Backend, Placement
from tests.support.cli import SMALL, Ran, run_here
from tests.support.forks import status_of_fork
from tests.support.releases import ANSWERS_FILE, commit_all, git, release, text
from tests.support.trees import build_tree, read_tree

COPIER = """\
    _subdirectory: template
    _skip_if_exists: [pipelines.yml]
    app_name: {type: str, default: app}
    project_root: {type: str, default: .}
    """
WORKFLOW = "template/.github/workflows/{{ app_name }}.yml.jinja"
FILE = ".github/workflows/desk.yml"
SHARED = "pipelines.yml"
ANSWERS = ".copier-answers.pipeline-desk.yml"


def _template(folder: Path) -> Path:
    repository = folder / "template"
    repository.mkdir()
    git(repository, "init", "--quiet")
    files: dict[str, str | bytes] = {
        "copier.yml": COPIER,
        "template/{{ _copier_conf.answers_file }}.jinja": ANSWERS_FILE,
        f"template/{SHARED}": "include: all\n",
        WORKFLOW: "# {{ app_name }} in {{ project_root }}\n" + text("step"),
    }
    release(repository, "v1.0.0", files, set())
    moved = "template/.github/workflows/{{ app_name }}-main.yml.jinja"
    release(
        repository, "v1.1.0", {**files, WORKFLOW: str(files[WORKFLOW]).replace("step_9 = 9", "step_9 = nine")}, set()
    )
    rest = {path: content for path, content in files.items() if path != WORKFLOW}
    release(repository, "v1.2.0", {**rest, moved: str(files[WORKFLOW]).replace("step_9 = 9", "step_9 = nine")}, set())
    return repository


class Pipeline(Backend):
    """Renders workflows of the repository's host."""

    name: ClassVar[str] = "pipeline"
    summary: ClassVar[str] = "workflows for tests"
    placement: ClassVar[Placement] = Placement.FILES


@pytest.fixture
def template(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Register the backend with a template of three releases, and return the template's repository."""
    repository = _template(tmp_path_factory.mktemp("templates"))
    monkeypatch.setattr(Pipeline, "template", str(repository), raising=False)
    with register_backend(Pipeline):
        yield repository


def _application(folder: Path, name: str = "desk", ref: str | None = "v1.0.0") -> Path:
    pin = f'ref = "{ref}"\n' if ref else ""
    manifest = (
        f'[project]\nname = "{name}"\n\n[infra]\nappspec = "appspec.json"\nbackends = ["pipeline"]\n'
        f"\n[infra.pipeline]\n{pin}"
    )
    return build_tree(
        folder, {"dazzle.toml": manifest.encode(), "appspec.json": json.dumps(SMALL).encode(), "dsl/a": ""}
    )


def _repository(folder: Path) -> Path:
    build_tree(folder, {"README.md": "ours\n", ".github/workflows/ours.yml": "on: push\n"})
    git(folder, "init", "--quiet")
    commit_all(folder)
    return folder


def _pin(project: Path, ref: str) -> None:
    manifest = project / "dazzle.toml"
    lines = [line for line in manifest.read_text().splitlines() if not line.startswith("ref = ")]
    manifest.write_text("\n".join([*lines, f'ref = "{ref}"']) + "\n")


def _classes(ran: Ran) -> dict[str, str]:
    [one] = ran.json["backends"]
    return {file["path"]: file["class"] for file in one["files"]}


def test_files_are_at_the_top_of_the_repository_and_nothing_else_is_touched(template: Path, tmp_path: Path) -> None:
    project = _application(_repository(tmp_path / "mono") / "apps" / "desk")
    before = read_tree(tmp_path / "mono")
    ran = run_here("all", cwd=project)
    assert ran.status == 0, ran.err
    after = read_tree(tmp_path / "mono")
    added = {path for path in after if path not in before and not path.startswith(".dazzle-infra/")}
    assert added == {FILE, ANSWERS, SHARED}
    assert {path: after[path] for path in before} == before
    assert after[FILE].decode().startswith("# desk in apps/desk\n")
    assert not (project / ".dazzle-infra").exists()
    assert run_here("check", cwd=project).status == 0


def test_edits_are_merged_and_the_update_is_reverted(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    project = _application(top / "apps" / "desk")
    assert run_here("all", cwd=project).status == 0
    commit_all(top)
    edited = (top / FILE).read_text().replace("step_2 = 2", "step_2 = ours")
    (top / FILE).write_text(edited)
    _pin(project, "v1.1.0")
    assert run_here("check", cwd=project).status == 3
    ran = run_here("update", "--json", cwd=project)
    assert (ran.status, _classes(ran)) == (0, {FILE: "merged", ANSWERS.replace("pipeline-desk.", ""): "updated"})
    assert (top / FILE).read_text() == edited.replace("step_9 = 9", "step_9 = nine")
    assert "v1.1.0" in (top / ANSWERS).read_text()
    assert run_here("check", cwd=project).status == 0
    undone = run_here("undo", cwd=project)
    assert undone.status == 0, undone.err
    assert (top / FILE).read_text() == edited
    assert "v1.0.0" in (top / ANSWERS).read_text()


def test_conflicts_block_until_they_are_resolved_and_the_update_can_be_aborted(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    project = _application(top / "apps" / "desk")
    assert run_here("all", cwd=project).status == 0
    commit_all(top)
    edited = (top / FILE).read_text().replace("step_9 = 9", "step_9 = ours")
    (top / FILE).write_text(edited)
    _pin(project, "v1.1.0")
    assert run_here("update", cwd=project).status == 4
    assert git(top, "ls-files", "--unmerged", "--", FILE)
    blocked = run_here("check", cwd=project)
    assert (blocked.status, os.path.relpath(top / FILE, project) in blocked.err) == (4, True)
    assert run_here("update", "--abort", cwd=project).status == 0
    assert (top / FILE).read_text() == edited
    assert not git(top, "ls-files", "--unmerged")
    assert run_here("update", cwd=project).status == 4
    (top / FILE).write_text(edited.replace("ours", "both"))
    done = run_here("update", "--continue", cwd=project)
    assert done.status == 0, done.err
    assert run_here("check", cwd=project).status == 0


def test_a_file_that_the_user_moved_is_not_followed(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    project = _application(top / "apps" / "desk")
    assert run_here("all", cwd=project).status == 0
    commit_all(top)
    renamed = PurePosixPath(FILE).with_name("renamed.yml").as_posix()
    (top / FILE).rename(top / renamed)
    content = (top / renamed).read_text()
    _pin(project, "v1.1.0")
    ran = run_here("update", "--json", cwd=project)
    assert (ran.status, _classes(ran)[FILE]) == (0, "kept-deleted")
    assert (top / renamed).read_text() == content
    assert not (top / FILE).exists()


def test_a_release_that_moves_a_file_takes_the_edits_along(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    project = _application(top)
    assert run_here("all", cwd=project).status == 0
    commit_all(top)
    (top / FILE).write_text((top / FILE).read_text().replace("step_2 = 2", "step_2 = ours"))
    _pin(project, "v1.2.0")
    assert run_here("update", cwd=project).status == 0
    moved = (top / ".github/workflows/desk-main.yml").read_text()
    assert ("step_2 = ours" in moved, "step_9 = nine" in moved, (top / FILE).exists()) == (True, True, False)


def test_a_file_of_others_is_never_overwritten(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    build_tree(top, {FILE: "ours: true\n"})
    project = _application(top / "apps" / "desk")
    before = read_tree(top)
    ran = run_here("all", cwd=project)
    assert (ran.status, FILE in ran.err) == (5, True)
    assert read_tree(top) == before


def test_several_applications_of_a_repository_have_files_and_updates_of_their_own(
    template: Path, tmp_path: Path
) -> None:
    top = _repository(tmp_path / "mono")
    desk, shop = _application(top / "apps" / "desk"), _application(top / "apps" / "shop", "shop")
    assert [run_here("all", cwd=project).status for project in (desk, shop)] == [0, 0]
    commit_all(top)
    for project in (desk, shop):
        _pin(project, "v1.1.0")
        assert run_here("update", cwd=project).status == 0
    assert run_here("undo", cwd=desk).status == 0
    assert "v1.0.0" in (top / ANSWERS).read_text()
    assert "v1.1.0" in (top / ".copier-answers.pipeline-shop.yml").read_text()
    again = run_here("undo", cwd=desk)
    assert (again.status, "nothing_to_undo" in run_here("undo", "--json", cwd=desk).out) == (5, True)
    both = run_here("update", "--all", "--json", cwd=top)
    assert both.status == 0, both.out
    assert "v1.1.0" in (top / ANSWERS).read_text()


def test_a_file_that_applications_share_is_made_once_and_belongs_to_people(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    build_tree(top, {SHARED: "include: ours\n"})
    desk, shop = _application(top / "apps" / "desk"), _application(top / "apps" / "shop", "shop")
    for project in (desk, shop):
        ran = run_here("all", "--json", cwd=project)
        assert (ran.status, SHARED in ran.out) == (0, False), ran.err
    commit_all(top)
    _pin(desk, "v1.1.0")
    assert run_here("update", cwd=desk).status == 0
    assert run_here("check", cwd=desk).status == 0
    assert (top / SHARED).read_text() == "include: ours\n"


def test_a_link_in_place_of_a_shared_file_is_refused(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    (tmp_path / "elsewhere").write_text("secret\n")
    (top / SHARED).symlink_to(tmp_path / "elsewhere")
    before = read_tree(top)
    ran = run_here("all", "--json", cwd=_application(top))
    assert (ran.status, ran.json["code"]) == (5, "symlink")
    assert {path: content for path, content in read_tree(top).items() if path in before} == before


def test_a_renamed_application_keeps_its_files(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    project = _application(top / "apps" / "desk")
    assert run_here("all", cwd=project).status == 0
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text().replace('"desk"', '"front-desk"'))
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.out
    assert sorted(path.name for path in top.glob(".copier-answers*")) == [ANSWERS]


def test_two_applications_of_one_name_are_refused(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    first, second = _application(top / "apps" / "desk"), _application(top / "old" / "desk")
    assert run_here("all", cwd=first).status == 0
    before = read_tree(top)
    ran = run_here("all", "--json", cwd=second)
    assert (ran.status, ran.json["code"], ran.json["where"]["file"]) == (5, "same_name", "dazzle.toml")
    assert "apps/desk" in ran.json["message"]
    assert read_tree(top) == before


def test_a_project_in_no_repository_is_refused(template: Path, tmp_path: Path) -> None:
    project = _application(tmp_path / "desk")
    ran = run_here("all", "--json", cwd=project)
    assert (ran.status, ran.json["code"]) == (5, "no_repository")
    assert not (project / ".github").exists()


@pytest.mark.parametrize("command", [("check",), ("status",), ("plan",), ("update",), ("update", "--repair")])
@pytest.mark.parametrize("in_repository", [True, False])
def test_a_backend_that_nothing_names_does_not_matter(
    template: Path, tmp_path: Path, command: tuple[str, ...], in_repository: bool
) -> None:
    top = _repository(tmp_path / "mono") if in_repository else tmp_path
    project = _application(top / "desk")
    build_tree(project, {"dazzle.toml": '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'})
    assert run_here("docker", cwd=project).status == 0
    ran = run_here(*command, cwd=project)
    assert (ran.status, "pipeline" in ran.err) == (0, False), ran.err


def test_a_backend_that_is_named_and_not_generated_needs_no_repair(template: Path, tmp_path: Path) -> None:
    project = _application(_repository(tmp_path / "mono") / "apps" / "desk")
    ran = run_here("update", "--repair", cwd=project)
    assert ran.status == 0, ran.err
    assert not (tmp_path / "mono" / ANSWERS).exists()


def test_an_output_directory_cannot_be_set(template: Path, tmp_path: Path) -> None:
    project = _application(_repository(tmp_path / "mono"))
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text() + 'output = "ci"\n')
    ran = run_here("all", "--json", cwd=project)
    assert (ran.status, ran.json["where"]["key"]) == (2, "[infra.pipeline] output")


KILLED = """
    import os, sys
    from pathlib import Path
    from tests.support.cli import run_here

    project, last = sys.argv[1], int(sys.argv[2])
    calls, replace = 0, os.replace

    def killed(*arguments, **options):
        global calls
        calls += 1
        if calls == last:
            os._exit(9)
        replace(*arguments, **options)

    os.replace = killed
    run_here("update", cwd=Path(project))
    """


def test_a_killed_update_is_rolled_back_and_done_by_the_next_one(template: Path, tmp_path: Path) -> None:
    top = _repository(tmp_path / "mono")
    project = _application(top / "apps" / "desk")
    assert run_here("all", cwd=project).status == 0
    commit_all(top)
    (top / FILE).write_text((top / FILE).read_text().replace("step_2 = 2", "step_2 = ours"))
    _pin(project, "v1.2.0")
    state = {path: content for path, content in read_tree(top).items() if not path.startswith(".dazzle-infra")}
    assert run_here("update", cwd=project).status == 0
    wanted = {path: content for path, content in read_tree(top).items() if not path.startswith(".dazzle-infra")}
    assert run_here("undo", cwd=project).status == 0
    statuses = []
    for number in range(1, 100):
        statuses.append(status_of_fork(dedent(KILLED), project, number))
        left = top / ".dazzle-infra" / "journal.json"
        if left.exists():
            assert run_here("plan", cwd=project).status == 5
        assert run_here("update", cwd=project).status == 0
        found = {path: content for path, content in read_tree(top).items() if not path.startswith(".dazzle-infra")}
        assert found == wanted, number
        assert run_here("undo", cwd=project).status == 0
        found = {path: content for path, content in read_tree(top).items() if not path.startswith(".dazzle-infra")}
        assert found == state, number
        if statuses[-1] == 0:
            break
    assert statuses.count(9) > 2
