"""Generated files that git ignores: named when they are written, and in a clone that lacks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import Ran, run_here, small_project
from tests.support.releases import (
    ANSWERS_FILE,
    FOLDER,
    commit_all,
    git,
    made_project,
    manifest,
    releases,
)
from tests.support.trees import build_tree

RESTORE = f"dazzle-infra update --restore {FOLDER}/legacy.conf"
WHY = "git ignores"


def fresh(folder: Path, ignore: str | None, template: Path | None = None) -> Path:
    """Make a project without generated files; with patterns it is a repository."""
    project = small_project(folder, manifest(template or releases(), None if template else "v1.0.0"))
    if ignore is not None:
        (project / ".gitignore").write_text(ignore)
        git(project, "init", "--quiet")
    return project


def template_with_own_patterns(folder: Path) -> Path:
    """Make a template that holds values in app.env and includes it in git."""
    files = {
        "copier.yml": "_subdirectory: template\napp_name: {type: str, default: app}\n",
        "template/{{ _copier_conf.answers_file }}.jinja": ANSWERS_FILE,
        "template/app.env": "LEVEL=1\n",
        "template/secrets.conf": "none = 1\n",
        "template/plain.conf": "plain = 1\n",
        "template/.gitignore.jinja": "!/app.env\n!/secrets.conf\n!/plain.conf\n.env\n",
    }
    build_tree(folder, files)
    git(folder, "init", "--quiet")
    commit_all(folder)
    git(folder, "tag", "v1.0.0")
    return folder


def clone_without(folder: Path, ignore: str = "# ours\nlegacy.*\n") -> Path:
    """Clone a project whose patterns kept a generated file from being committed."""
    project = made_project(folder / "origin", commit=False)
    (project / ".gitignore").write_text(ignore)
    git(project, "init", "--quiet")
    commit_all(project)
    git(folder, "clone", "--quiet", "origin", "clone")
    return folder / "clone"


@pytest.mark.parametrize(
    ("ignore", "named"),
    [
        ("x\n*.conf\n", '.gitignore:2 "*.conf"'),
        ("infra/\n", '.gitignore:1 "infra/"'),
        ("scripts\n", f"git ignores {FOLDER}/scripts/run.sh, {FOLDER}/scripts/stop.sh"),
    ],
)
def test_a_first_run_names_the_rule_that_hides_a_generated_file(tmp_path: Path, ignore: str, named: str) -> None:
    ran = run_here("docker", cwd=fresh(tmp_path, ignore))
    assert ran.status == 0, ran.err
    assert named in ran.err
    assert "git add --force" in ran.err


def test_the_document_has_each_hidden_file_with_its_rule(tmp_path: Path) -> None:
    ran = run_here("docker", "--json", cwd=fresh(tmp_path, "legacy.conf\n"))
    rule = {"file": ".gitignore", "line": 1, "pattern": "legacy.conf"}
    assert ran.json["backends"][0]["git_ignores"] == [{"path": f"{FOLDER}/legacy.conf", "rule": rule}]


@pytest.mark.parametrize("ignore", [None, "node_modules\n"], ids=["no repository", "nothing hidden"])
def test_where_git_hides_nothing_there_is_no_remark(tmp_path: Path, ignore: str | None) -> None:
    assert WHY not in run_here("docker", cwd=fresh(tmp_path, ignore)).err


def test_an_update_names_what_git_hides(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (project / ".gitignore").write_text("extra.conf\nsettings.conf\n")
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert [one["path"] for one in ran.json["git_ignores"]] == [f"{FOLDER}/extra.conf", f"{FOLDER}/settings.conf"]
    assert f'{FOLDER}/extra.conf (.gitignore:1 "extra.conf")' in ran.err


def test_a_project_below_the_top_of_its_repository_names_the_rule_from_where_it_is(tmp_path: Path) -> None:
    project = fresh(tmp_path / "apps/desk", None)
    (tmp_path / ".gitignore").write_text("legacy.conf\n")
    git(tmp_path, "init", "--quiet")
    assert '(../../.gitignore:1 "legacy.conf")' in run_here("docker", cwd=project).err


def test_the_first_run_says_where_secrets_belong_that_people_kept_in_ignored_files(tmp_path: Path) -> None:
    template = template_with_own_patterns(tmp_path / "template")
    project = fresh(tmp_path / "project", "*.env\nsecrets*\nplain.conf\n", template)
    ran = run_here("docker", cwd=project)
    assert f'git includes {FOLDER}/app.env in spite of .gitignore:1 "*.env": keep secret values in .env' in ran.err
    assert f'git includes {FOLDER}/secrets.conf in spite of .gitignore:2 "secrets*"' in ran.err
    assert "plain.conf" not in ran.err
    assert f"{FOLDER}/app.env" in git(project, "status", "--short", "--untracked-files=all")
    assert "app.env" not in run_here("update", cwd=project).err, "it is said once"


def test_a_clone_names_the_files_that_git_kept_from_it_and_how_to_write_them(tmp_path: Path) -> None:
    project = clone_without(tmp_path)
    checked = run_here("check", cwd=project)
    assert checked.status == 5
    assert f"never committed: {FOLDER}/legacy.conf" in checked.err
    assert ".gitignore:2\n" in checked.err
    assert RESTORE in checked.err
    assert f'missing       {FOLDER}/legacy.conf   ignored by git and never committed (.gitignore:2 "legacy.*")' in (
        run_here("status", cwd=project).out
    )
    planned = run_here("plan", "--to", "recorded", cwd=project)
    assert RESTORE in planned.err
    for ran in (planned, run_here("status", cwd=project), run_here("docker", cwd=project)):
        assert "deleted" not in ran.out + ran.err
    assert RESTORE in run_here("docker", cwd=project).err


def test_the_files_that_a_clone_lacks_are_written_again(tmp_path: Path) -> None:
    project = clone_without(tmp_path, "legacy.*\nscripts/\n")
    ran = run_here("update", "--restore", FOLDER, "--json", cwd=project)
    assert ran.status == 0, ran.err
    names = ["legacy.conf", "scripts/run.sh", "scripts/stop.sh"]
    assert sorted(ran.json["restored"]) == [f"{FOLDER}/{name}" for name in names]
    assert all((project / FOLDER / name).is_file() for name in names)
    assert len(ran.json["git_ignores"]) == 3
    again = run_here("update", "--restore", FOLDER, cwd=project)
    assert (again.status, "no generated file is missing" in again.err) == (5, True)
    assert run_here("check", cwd=project).status == 3


def test_the_document_of_a_clone_has_each_missing_file(tmp_path: Path) -> None:
    project = clone_without(tmp_path)
    rule = {"file": ".gitignore", "line": 2, "pattern": "legacy.*"}
    missing = [{"path": "legacy.conf", "rule": rule}]
    assert run_here("status", "--json", cwd=project).json["backends"][0]["missing"] == missing
    checked = run_here("check", "--json", cwd=project).json
    assert (checked["ok"], checked["code"]) == (False, "never_committed")
    assert checked["backends"][0]["missing"] == missing


def test_an_update_of_a_clone_calls_no_file_deleted_by_the_user_that_git_kept_from_it(tmp_path: Path) -> None:
    project = clone_without(tmp_path, "compose.yaml\n")
    ran = run_here("update", cwd=project)
    assert ran.status == 0, ran.err
    [line] = [line for line in ran.out.splitlines() if "kept-deleted" in line]
    assert line.endswith('ignored by git and never committed (.gitignore:1 "compose.yaml")')


def test_check_of_many_applications_names_the_one_that_lacks_files(tmp_path: Path) -> None:
    project = clone_without(tmp_path / "one")
    made_project(tmp_path / "two", "v1.2.0", commit=False)
    ran = run_here("check", "--all", str(tmp_path), "--json", cwd=tmp_path)
    assert ran.status == 5
    errors = {found["path"]: found["error"]["code"] for found in ran.json["applications"] if found["error"]}
    assert errors == {project.relative_to(tmp_path).as_posix(): "never_committed"}


def test_what_a_person_deleted_is_deleted_also_where_git_would_ignore_it(tmp_path: Path) -> None:
    project = made_project(tmp_path / "committed", "v1.2.0")
    (project / ".gitignore").write_text("extra.conf\n")
    git(project, "rm", "--quiet", f"{FOLDER}/extra.conf")
    commit_all(project)
    assert said(run_here("status", "--json", cwd=project)) == ({"extra.conf"}, set())
    assert run_here("check", cwd=project).status == 0
    local = made_project(tmp_path / "local", "v1.2.0", commit=False)
    (local / ".gitignore").write_text("infra/\n")
    git(local, "init", "--quiet")
    commit_all(local)
    (local / FOLDER / "extra.conf").unlink()
    assert said(run_here("status", "--json", cwd=local)) == ({"extra.conf"}, set())
    assert run_here("check", cwd=local).status == 0


def test_a_run_on_a_directory_that_lacks_deleted_files_names_the_command_that_writes_them(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (project / FOLDER / "legacy.conf").unlink()
    added = run_here("docker", cwd=project)  # the secrets, which are missing too
    assert added.status == 0, added.err
    assert "missing: legacy.conf" in added.out
    assert RESTORE in added.out
    ran = run_here("docker", cwd=project)
    assert ran.status == 5
    assert f"generated files are missing: {FOLDER}/legacy.conf" in ran.err
    assert RESTORE in ran.err


def said(ran: Ran) -> tuple[set[str], set[str]]:
    [shown] = ran.json["backends"]
    deleted = {edit["path"] for edit in shown["edited"] if edit["state"] == "deleted"}
    return deleted, {missing["path"] for missing in shown["missing"]}
