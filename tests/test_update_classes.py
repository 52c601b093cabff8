"""What an update makes of each file, through the command line; the releases are those of tests/support/releases.py."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from dazzle_infra.transaction import STATE
from tests.support.cli import run_here
from tests.support.releases import (
    FOLDER,
    WITH_FILES,
    WITH_MAIL,
    classes,
    edit,
    git,
    made_project,
    releases,
    set_model,
    set_ref,
    text,
)
from tests.support.trees import read_tree

CLASS = (
    "added updated merged conflict removed kept-edited kept-deleted moved unchanged user-owned".split()  # noqa: SIM905
)


def assert_shape(document: dict[str, Any], *, applied: bool = False) -> None:
    """Hold a document of `plan`, `check` or `update` against the shape that the documentation states."""
    assert set(document) == {"schema_version", "ok", "changes", "backends"} | (
        {"applied", "backup", "git_ignores", "git_includes"} if applied else set()
    )
    assert (document["schema_version"], document["ok"]) == (1, True)
    for backend in document["backends"]:
        lists = {"answers", "keeps", "replaces", "ignored", "missing", "files", "remains"}
        assert set(backend) == {"name", "directory", "moved_from", "template", "addresses", "hooks"} | lists
        assert set(backend["template"]) == {"source", "from", "to", "from_source", "branch"}
        assert all(set(answer) == {"name", "from", "to", "because", "differences"} for answer in backend["answers"])
        assert all(answer["because"] for answer in backend["answers"])
        assert all(set(file) == {"path", "class", "from_path", "detail", "replaced_by"} for file in backend["files"])
        assert all(file["class"] in CLASS for file in backend["files"])
        paths = [file["path"] for file in backend["files"]]
        assert paths == sorted(paths)
        assert len(set(paths)) == len(paths)


def own_files(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_tree(project).items() if not path.startswith(STATE)}


def edited_project(folder: Path) -> Path:
    """Make a project in which a person did one thing to every kind of file."""
    project = made_project(folder)
    root = project / FOLDER
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    edit(project, "old.conf", "settings_2 = 2", "settings_2 = mine")
    edit(project, "legacy.conf", "legacy_2 = 2", "legacy_2 = mine")
    edit(project, "local.conf", "local_4 = 4", "local_4 = mine")
    edit(project, "scripts/run.sh", "# run_9 = 9", "# run mine")
    (root / "own").mkdir()
    (root / "ünï code.txt").rename(root / "own/ünï code.txt")
    (root / "logo.bin").unlink()
    (root / "own.txt").write_text("mine\n")
    return project


def test_every_file_gets_its_class_and_no_edit_is_lost(tmp_path: Path) -> None:
    project = edited_project(tmp_path)
    before = read_tree(project)
    planned = run_here("plan", "--json", cwd=project)
    assert planned.status == 0, planned.err
    assert read_tree(project) == before
    assert_shape(planned.json)
    assert classes(planned) == {
        ".copier-answers.yml": "updated",
        ".env": "added",
        "bin/run.sh": "conflict",
        "bin/stop.sh": "moved",
        "compose.yaml": "merged",
        "extra.conf": "added",
        "legacy.conf": "kept-edited",
        "local.conf": "user-owned",
        "logo.bin": "kept-deleted",
        "node": "removed",
        "node/inner.conf": "added",
        "old.conf": "removed",
        "own/ünï code.txt": "merged",
        "scripts/run.sh": "removed",
        "scripts/stop.sh": "removed",
        "settings.conf": "moved",
    }
    updated = run_here("update", "--json", cwd=project)
    assert updated.status == 4, updated.err
    assert_shape(updated.json, applied=True)
    assert updated.json["backends"] == planned.json["backends"]
    assert updated.json["applied"] is True
    assert (project / updated.json["backup"] / "record.json").is_file()
    found = {path.removeprefix(f"{FOLDER}/"): content.decode() for path, content in read_tree(project).items()}
    assert found["compose.yaml"] == "# desk\n" + text("compose", l2="compose_2 = mine", l9="compose_9 = nine")
    assert found["settings.conf"] == text("settings", l2="settings_2 = mine", l9="settings_9 = nine")
    assert found["legacy.conf"] == text("legacy", l2="legacy_2 = mine")
    assert found["local.conf"] == text("local", 4, l4="local_4 = mine")
    assert found["own/ünï code.txt"] == text("uni", l9="uni_9 = nine")
    assert "<<<<<<< your-edits:scripts/run.sh\n# run mine\n" in found["bin/run.sh"]
    assert ">>>>>>> template-v1.2.0:bin/run.sh\n" in found["bin/run.sh"]
    assert found["own.txt"] == "mine\n"
    assert found["node/inner.conf"] == text("inner")
    assert "logo.bin" not in found
    for path in ("bin/run.sh", "extra.conf"):
        assert (project / FOLDER / path).stat().st_mode & 0o111


@pytest.mark.slow
def test_moved_files_say_where_they_were(tmp_path: Path) -> None:
    planned = run_here("plan", "--json", cwd=made_project(tmp_path))
    shown = {file["path"]: file["from_path"] for file in planned.json["backends"][0]["files"] if file["from_path"]}
    assert shown == {
        "bin/run.sh": "scripts/run.sh",
        "bin/stop.sh": "scripts/stop.sh",
        "settings.conf": "old.conf",
    }


@pytest.mark.slow
def test_an_update_without_edits_makes_what_the_new_release_makes_and_is_done(tmp_path: Path) -> None:
    project = made_project(tmp_path / "old")
    assert run_here("update", cwd=project).status == 0
    fresh = made_project(tmp_path / "fresh", "v1.2.0")
    found, wanted = (
        {path: content for path, content in read_tree(one / FOLDER).items() if path != ".env"}
        for one in (project, fresh)
    )
    # `level` was asked by both versions, and what was made once stays the user's.
    assert found.pop("local.conf") != wanted.pop("local.conf")
    recorded, expected = (yaml.safe_load(tree.pop(".copier-answers.yml")) for tree in (found, wanted))
    assert recorded == expected
    assert found == wanted
    checked = run_here("check", "--json", cwd=project)
    assert checked.status == 0, checked.out
    assert checked.json["changes"] is False
    again = run_here("update", "--json", cwd=project)
    assert (again.status, again.json["applied"], again.json["backup"]) == (0, False, None)


@pytest.mark.slow
def test_answers_say_what_changes_and_why(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    set_model(project, WITH_FILES)
    answers = {one["name"]: one for one in run_here("check", "--json", cwd=project).json["backends"][0]["answers"]}
    assert (answers["storage"]["from"], answers["storage"]["to"]) == (False, True)
    assert "Invoice" in answers["storage"]["because"]
    assert (answers["level"]["from"], answers["level"]["to"]) == (1, "normal")
    assert (answers["colour"]["from"], answers["colour"]["to"]) == ("blue", None)
    assert "mail" not in answers


@pytest.mark.slow
@pytest.mark.parametrize(
    ("to", "reached", "present", "absent"),
    [
        ("v1.1.0", "v1.1.0", {"scripts/run.sh", "settings.conf", "storage.conf"}, {"bin/run.sh", "old.conf"}),
        ("recorded", "v1.0.0", {"scripts/run.sh", "old.conf", "storage.conf"}, {"settings.conf"}),
    ],
)
def test_to_names_the_version(tmp_path: Path, to: str, reached: str, present: set[str], absent: set[str]) -> None:
    project = made_project(tmp_path)
    set_model(project, WITH_FILES)
    ran = run_here("update", "--to", to, "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert ran.json["backends"][0]["template"]["to"] == reached
    files = set(read_tree(project / FOLDER))
    assert present <= files
    assert not absent & files
    assert yaml.safe_load((project / FOLDER / ".copier-answers.yml").read_text())["_commit"] == reached


@pytest.mark.slow
def test_a_downgrade_is_allowed_when_it_is_asked_for_and_keeps_edits(tmp_path: Path) -> None:
    project = made_project(tmp_path, "v1.2.0")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    edit(project, "settings.conf", "settings_2 = 2", "settings_2 = mine")
    ran = run_here("update", "--to", "v1.0.0", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert ran.json["backends"][0]["template"] == {
        "source": f"git+{releases().as_uri()}",
        "from_source": f"git+{releases().as_uri()}",
        "branch": None,
        "from": "v1.2.0",
        "to": "v1.0.0",
    }
    assert (project / FOLDER / "compose.yaml").read_text() == "# desk\n" + text("compose", l2="compose_2 = mine")
    assert (project / FOLDER / "old.conf").read_text() == text("settings", l2="settings_2 = mine")
    assert (project / FOLDER / "node").read_text() == text("node")
    assert not (project / FOLDER / "extra.conf").exists()


@pytest.mark.slow
def test_the_manifests_ref_wins_over_the_newest_release(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    set_ref(project, "v1.1.0")
    assert run_here("plan", "--json", cwd=project).json["backends"][0]["template"]["to"] == "v1.1.0"
    set_ref(project, "v1.0.0")
    assert run_here("check", cwd=project).status == 0


@pytest.mark.slow
def test_a_file_that_an_answer_drops_is_removed_unless_it_was_edited_and_no_edit_wanders(tmp_path: Path) -> None:
    project = made_project(tmp_path, storage=True)
    edit(project, "storage.conf", "store_2 = 2", "store_2 = mine")
    set_model(project, WITH_MAIL)
    ran = run_here("update", "--to", "recorded", "--json", cwd=project)
    assert ran.status == 4
    assert classes(ran)["storage.conf"] == "kept-edited"
    assert classes(ran)["mail.conf"] == "added"
    assert (project / FOLDER / "storage.conf").read_text() == text("store", l2="store_2 = mine")
    assert (project / FOLDER / "mail.conf").read_text() == text("store", l14="post = 25")


@pytest.mark.slow
def test_a_file_of_the_users_where_the_template_adds_one_is_a_conflict(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (project / FOLDER / "storage.conf").write_text("mine\n")
    set_model(project, WITH_FILES)
    ran = run_here("update", "--to", "recorded", "--json", cwd=project)
    assert ran.status == 4
    assert classes(ran)["storage.conf"] == "conflict"
    content = (project / FOLDER / "storage.conf").read_text()
    assert "mine\n" in content
    assert text("store") in content


@pytest.mark.slow
def test_both_backends_are_updated_or_none(tmp_path: Path) -> None:
    project = made_project(tmp_path / "good", both=True)
    broken = tmp_path / "broken"
    shutil.copytree(project, broken)
    for one in (project, broken):
        edit(one, "compose.yaml", "compose_2 = 2", "compose_2 = mine", "infra/terraform")
    (broken / "infra/terraform/extra.conf").mkdir()
    (broken / "infra/terraform/extra.conf/cache.log").write_text("ignored, so that the merge does not see it")
    (broken / ".gitignore").write_text("*.log\n")
    before = own_files(broken)
    failed = run_here("update", cwd=broken)
    assert failed.status == 5, failed.out
    assert "extra.conf" in failed.err
    assert own_files(broken) == before
    ran = run_here("update", "--json", cwd=project)
    assert ran.status == 0, ran.err
    assert [one["name"] for one in ran.json["backends"]] == ["docker", "terraform"]
    assert classes(ran, "docker")["compose.yaml"] == "updated"
    assert classes(ran, "terraform")["compose.yaml"] == "merged"


@pytest.mark.slow
def test_one_backend_alone_is_updated_when_it_is_named(tmp_path: Path) -> None:
    project = made_project(tmp_path, both=True)
    before = read_tree(project / "infra/terraform")
    assert run_here("update", "docker", cwd=project).status == 0
    assert read_tree(project / "infra/terraform") == before
    assert (project / FOLDER / "extra.conf").exists()


def test_update_makes_no_backend_that_is_not_there(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    before = read_tree(project)
    ran = run_here("update", "terraform", cwd=project)
    assert ran.status == 5
    assert "dazzle-infra terraform" in ran.err
    assert read_tree(project) == before


@pytest.mark.slow
def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    project = edited_project(tmp_path)
    before, status = read_tree(project), git(project, "status", "--porcelain")
    assert "compose.yaml" in run_here("update", "--dry-run", cwd=project).out
    assert read_tree(project) == before
    assert git(project, "status", "--porcelain") == status
    assert not (project / STATE / "backups").exists()


def test_continue_tells_files_that_were_kept_from_those_that_were_resolved(tmp_path: Path) -> None:
    project = made_project(tmp_path, storage=True)
    edit(project, "storage.conf", "store_2 = 2", "store_2 = mine")
    set_model(project, WITH_MAIL)
    assert run_here("update", "--to", "recorded", cwd=project).status == 4
    status = run_here("status", cwd=project).out.splitlines()
    assert [line.split() for line in status if "conflict" in line] == [["conflict", f"{FOLDER}/storage.conf"]]
    ended = run_here("update", "--continue", cwd=project)
    assert ended.out.splitlines() == [f"kept: {FOLDER}/storage.conf   no longer generated; delete what you do not need"]
