"""`check`, `plan` and `status`: what has moved on, which of the two, and what costs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import run_here
from tests.support.releases import FOLDER, WITH_FILES, WITH_MAIL, edit, made_project, set_model, set_ref
from tests.support.trees import read_tree


def test_check_says_which_of_the_two_has_moved_on(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    newer = run_here("check", cwd=project)
    assert newer.status == 3
    assert "new template version: v1.0.0 → v1.2.0" in newer.out
    assert "Compose nine" in newer.out
    assert "the template asks other questions: level: 1 → normal" in newer.out
    assert "secrets" not in newer.out, "a question that the template asks for itself"
    assert "changed: " not in newer.out
    set_ref(project, "v1.0.0")
    assert run_here("check", cwd=project).status == 0
    set_model(project, WITH_FILES)
    model = run_here("check", cwd=project)
    assert model.status == 3
    assert "new template version" not in model.out
    assert "the model changed: storage" in model.out


@pytest.mark.slow
def test_a_dry_run_says_that_nothing_was_written_and_refuses_what_the_update_would(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    before = read_tree(project)
    ran = run_here("update", "--dry-run", cwd=project)
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "nothing was written (--dry-run)")
    edit(project, "compose.yaml", "compose_2 = 2", "<<<<<<< somebody\n=======\n>>>>>>> else")
    marked = read_tree(project)
    ran = run_here("update", "--dry-run", cwd=project)
    assert (ran.status, "conflict markers are left in" in ran.err) == (4, True)
    assert read_tree(project) == marked != before


@pytest.mark.slow
def test_edits_are_never_pending_and_show_in_plan_and_status(tmp_path: Path) -> None:
    project = made_project(tmp_path, "v1.2.0")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    (project / FOLDER / "logo.bin").unlink()
    (project / FOLDER / "extra.conf").rename(project / FOLDER / "more.conf")
    assert run_here("check", cwd=project).status == 0
    planned = run_here("plan", "--exit-code", cwd=project)
    assert planned.status == 0
    assert f"edited by you: {FOLDER}/compose.yaml" in planned.out
    status = run_here("status", "--json", cwd=project)
    assert status.json["backends"][0]["edited"] == [
        {"path": "compose.yaml", "state": "edited", "to": None},
        {"path": "extra.conf", "state": "moved", "to": "more.conf"},
        {"path": "logo.bin", "state": "deleted", "to": None},
    ]
    assert f"moved         {FOLDER}/extra.conf → {FOLDER}/more.conf" in run_here("status", cwd=project).out


@pytest.mark.slow
def test_status_names_what_was_dropped_and_is_kept(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    edit(project, "legacy.conf", "legacy_2 = 2", "legacy_2 = mine")
    assert run_here("update", cwd=project).status == 4
    assert run_here("status", "--json", cwd=project).json["backends"][0]["kept"] == []
    assert run_here("update", "--continue", cwd=project).status == 0
    assert run_here("status", "--json", cwd=project).json["backends"][0]["kept"] == ["legacy.conf"]
    (project / FOLDER / "legacy.conf").unlink()
    assert run_here("status", "--json", cwd=project).json["backends"][0]["kept"] == []


@pytest.mark.parametrize("command", ["check", pytest.param("update", marks=pytest.mark.slow)])
def test_where_nothing_has_moved_on_nothing_is_rendered_and_copier_is_not_imported(
    tmp_path: Path, command: str
) -> None:
    project = made_project(tmp_path, "v1.2.0")
    poison = "raise SystemExit('Copier was imported')\n"
    (tmp_path / "poison").mkdir()
    (tmp_path / "poison/copier.py").write_text(poison)
    environment = {"PYTHONPATH": str(tmp_path / "poison")}
    assert run_here(command, cwd=project, environment=environment).status == 0
    set_model(project, WITH_MAIL)
    assert run_here("plan", cwd=project, environment=environment).status == 1


@pytest.mark.slow
def test_plan_exits_with_what_it_found_only_when_asked_to(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    assert run_here("plan", "--exit-code", cwd=project).status == 3
    edit(project, "legacy.conf", "legacy_2 = 2", "legacy_2 = mine")
    assert run_here("plan", "--exit-code", cwd=project).status == 4
    assert run_here("plan", "--stat", "--diff", cwd=project).status == 0
