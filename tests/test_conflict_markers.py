"""Text that looks like conflict markers and is none: it stops an update only where there is a conflict."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli import run_here
from tests.support.releases import FOLDER, edit, made_project

EXAMPLE = "compose_2 = 2\n<<<<<<< HEAD\n"
CONFLICT = "compose_2 = 2\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> topic\n"


def test_a_literal_marker_does_not_stop_an_update_of_its_file(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    edit(project, "compose.yaml", "compose_2 = 2\n", EXAMPLE)
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    assert ran.status == 0, ran.err
    content = (project / FOLDER / "compose.yaml").read_text()
    assert EXAMPLE in content
    assert "compose_9 = nine" in content


def test_a_conflict_in_a_file_that_the_update_leaves_alone_does_not_stop_it(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    (project / FOLDER / "README.md").write_text(CONFLICT)
    edit(project, "scripts/stop.sh", "# stop_2 = 2\n", CONFLICT)
    assert run_here("update", "--to", "v1.1.0", cwd=project).status == 0


def test_a_conflict_in_a_file_that_the_update_changes_stops_it(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    edit(project, "compose.yaml", "compose_2 = 2\n", CONFLICT)
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    assert ran.status == 4
    assert f"{FOLDER}/compose.yaml contains conflict markers, and the update" in ran.err


def test_a_conflict_is_resolved_when_its_own_markers_are_gone(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    edit(project, "compose.yaml", "compose_2 = 2\n", EXAMPLE)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    ran = run_here("update", "--to", "v1.1.0", "--json", cwd=project)
    assert ran.status == 4
    [file] = [one for one in ran.json["backends"][0]["files"] if one["path"] == "compose.yaml"]
    assert file["detail"] == "line 11"
    left = run_here("update", "--continue", cwd=project)
    assert left.status == 4
    assert "conflict markers are left" in left.err
    path = project / FOLDER / "compose.yaml"
    lines = path.read_text().splitlines(keepends=True)
    ours = ("<<<<<<< your-edits", "=======", ">>>>>>> template")
    path.write_text("".join(line for line in lines if not line.startswith(ours)))
    done = run_here("update", "--continue", cwd=project)
    assert done.status == 0, done.err
    assert EXAMPLE in path.read_text()
