"""What a run leaves behind that was cut off or failed: no original is lost, and nobody else's record."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from pathlib import Path

import pytest

from dazzle_infra.errors import PreconditionError
from dazzle_infra.transaction import STATE, Write, apply, recover
from dazzle_infra.transaction.backup_list import backups, newest_backup
from dazzle_infra.transaction.journal import Journal
from dazzle_infra.transaction.places import check_place
from dazzle_infra.transaction.state import next_backup_name
from dazzle_infra.values.trees import File
from tests.support.cli import run_here, small_project
from tests.support.forks import status_of_fork
from tests.support.trees import build_tree, read_tree
from tests.test_update_killed import DIE, PRESENT

NEW = [Write("infra/x", File(b"x\n"))]


def kill_at(project: Path, point: str) -> None:
    assert status_of_fork(DIE, project, point) == -signal.SIGKILL


@pytest.mark.parametrize("point", ["wrote infra/replaced.txt", "wrote infra/moved/here/c.txt", "written", "saved"])
def test_the_original_of_a_file_that_was_edited_after_a_kill_is_in_a_backup(tmp_path: Path, point: str) -> None:
    project = build_tree(tmp_path, PRESENT)
    kill_at(project, point)
    (project / "infra/replaced.txt").write_text("new, and edited\n")
    assert recover(project) == ["infra/replaced.txt"]
    assert (project / "infra/replaced.txt").read_text() == "new, and edited\n"
    [kept] = backups(project)
    assert kept.note["kind"] == "recovered"
    [entry] = kept.entries
    assert entry.path == "infra/replaced.txt"
    assert entry.saved is not None
    assert read_tree(kept.folder) == {
        entry.saved: b"old\n",
        "record.json": (kept.folder / "record.json").read_bytes(),
    }
    assert newest_backup(project) is None, "it is no update that could be taken back"
    assert recover(project) is None


@pytest.mark.parametrize("step", ["write", "_remove_unfinished", "commit"])
@pytest.mark.parametrize("point", ["written", "saved"])
def test_a_recovery_that_is_cut_off_itself_is_done_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, step: str
) -> None:
    project = build_tree(tmp_path, PRESENT)
    kill_at(project, point)
    (project / "infra/replaced.txt").write_text("new, and edited\n")

    def is_cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Journal, step, is_cut_off)
    with pytest.raises(KeyboardInterrupt):
        recover(project)
    monkeypatch.undo()
    assert recover(project) == ["infra/replaced.txt"]
    [kept] = backups(project)
    assert [(kept.folder / str(entry.saved)).read_text() for entry in kept.entries] == ["old\n"]
    others = {path: text.encode() for path, text in PRESENT.items() if path != "infra/replaced.txt"}
    assert {path: text for path, text in read_tree(project).items() if path in others} == others


def test_the_original_of_a_removed_file_that_was_made_again_is_in_the_next_backup(tmp_path: Path) -> None:
    project = build_tree(tmp_path, PRESENT)
    apply(project, NEW, backup="00001", note={"kind": "update"})
    script = DIE.replace("backup=BACKUP", "backup='00002'")
    assert status_of_fork(script, project, "wrote infra/run.sh") == -signal.SIGKILL
    build_tree(project, {"infra/gone/a.txt": "somebody's\n"})
    assert recover(project) == ["infra/gone/a.txt"]
    assert [one.name for one in backups(project)] == ["00001", "00002"]
    kept = backups(project)[-1]
    assert [(kept.folder / str(entry.saved)).read_text() for entry in kept.entries] == ["a\n"]


def test_a_recovery_that_keeps_only_a_new_file_makes_no_backup(tmp_path: Path) -> None:
    project = build_tree(tmp_path, PRESENT)
    kill_at(project, "wrote infra/moved/here/c.txt")
    (project / "infra/moved/here/c.txt").write_text("edited\n")
    assert recover(project) == ["infra/moved/here/c.txt"]
    assert backups(project) == []


def test_what_is_left_of_a_backup_without_a_record_is_never_taken_for_an_original(tmp_path: Path) -> None:
    project = build_tree(tmp_path, PRESENT)
    build_tree(project / STATE, {"backups/00000/0.old": "stale\n"})
    kill_at(project, "saved")
    assert recover(project) == []
    assert {path: text for path, text in read_tree(project).items() if not path.startswith(STATE)} == {
        path: text.encode() for path, text in PRESENT.items()
    }


def test_a_run_that_fails_leaves_the_folder_of_a_run_that_came_between(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"infra/keep": ""})

    def another_leaves_its_copies(point: str) -> None:
        if point == "staged infra/x":
            build_tree(project / STATE, {"answers/infra%docker.yml": "theirs\n"})
            raise PermissionError(13, "Permission denied")

    with pytest.raises(PreconditionError, match="nothing was changed"):
        apply(project, NEW, another_leaves_its_copies)
    assert (project / STATE / "answers/infra%docker.yml").read_text() == "theirs\n"


def test_a_run_that_finds_the_lock_held_takes_nothing_from_the_holder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The holder comes just between this run's first look at the project and its lock."""
    project = build_tree(tmp_path, {"infra/keep": ""})
    real = fcntl.flock
    held: list[int] = []

    def somebody_is_faster(handle: int, operation: int) -> None:
        if not held:
            held.append(os.open(project / STATE / "lock", os.O_RDWR | os.O_CREAT, 0o600))
            build_tree(project / STATE, {"staging/0.new": "theirs\n"})
            real(held[0], fcntl.LOCK_EX | fcntl.LOCK_NB)
        real(handle, operation)

    monkeypatch.setattr(fcntl, "flock", somebody_is_faster)
    with pytest.raises(PreconditionError, match="another run is in progress"):
        apply(project, NEW)
    os.close(held[0])
    assert (project / STATE / "staging/0.new").read_text() == "theirs\n"
    assert (project / STATE / "lock").exists()


def test_a_lock_that_a_failed_run_took_away_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = build_tree(tmp_path, {"infra/keep": ""})
    real = fcntl.flock

    def the_folder_goes(handle: int, operation: int) -> None:
        shutil.rmtree(project / STATE)
        real(handle, operation)

    monkeypatch.setattr(fcntl, "flock", the_folder_goes)
    with pytest.raises(PreconditionError) as caught:
        apply(project, NEW)
    assert caught.value.code == "locked"
    monkeypatch.undo()
    apply(project, NEW)


@pytest.mark.parametrize("backup", [None, "00001"])
@pytest.mark.parametrize("point", ["locked", "wrote infra/x"])
def test_a_first_run_that_fails_leaves_no_folder_of_ours(tmp_path: Path, backup: str | None, point: str) -> None:
    project = build_tree(tmp_path, {"infra/keep": ""})

    def fails(reached: str) -> None:
        if reached == ("saved" if backup and point != "locked" else point):
            raise PermissionError(13, "Permission denied")

    with pytest.raises(PreconditionError):
        apply(project, NEW, fails, backup=backup)
    assert sorted(path.name for path in project.iterdir()) == ["infra"]


@pytest.mark.parametrize("name", [".env", "compose.yaml", ".copier-answers.yml"])
def test_an_empty_folder_where_a_file_must_be_is_in_the_way(tmp_path: Path, name: str) -> None:
    project = small_project(tmp_path)
    (project / "infra/docker" / name).mkdir(parents=True)
    ran = run_here("docker", cwd=project)
    assert (ran.status, ran.out) == (5, "")
    assert f"infra/docker/{name} is a folder, but a file is expected there" in ran.err


@pytest.mark.parametrize("target", [".git", ".dazzle-infra", ".git/hooks", ".GIT", "own/.Dazzle-Infra/x"])
@pytest.mark.parametrize("link", ["infra", "infra/docker"])
def test_a_link_into_the_folder_of_git_or_ours_is_not_followed(tmp_path: Path, target: str, link: str) -> None:
    (tmp_path / target).mkdir(parents=True)
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(tmp_path / target)
    with pytest.raises(PreconditionError, match=f"{link} is a symbolic link, and it points into") as caught:
        apply(tmp_path, [Write("infra/docker/x", File(b"x\n"))])
    assert caught.value.code == "symlink"
    assert list((tmp_path / target).iterdir()) == []


@pytest.mark.parametrize("path", [".Git/config", "infra/.GIT/x", ".dazzle-infra/lock", "infra/.DAZZLE-infra/x"])
def test_the_folders_of_git_and_ours_are_no_place_in_any_case(tmp_path: Path, path: str) -> None:
    with pytest.raises(PreconditionError, match="not a path inside the project"):
        check_place(tmp_path, path)


@pytest.mark.parametrize(("names", "following"), [(["1st"], "00001"), (["00007", "8 (copy)"], "00008")])
def test_a_folder_of_somebodys_among_the_backups_is_none(tmp_path: Path, names: list[str], following: str) -> None:
    build_tree(tmp_path, {f"{STATE}/backups/{name}/record.json": "{}" for name in names})
    assert next_backup_name(tmp_path) == following


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o640])
def test_a_backup_is_its_owners_alone_and_gives_the_file_its_mode_back(tmp_path: Path, mode: int) -> None:
    project = build_tree(tmp_path, {"infra/docker/.env": "SECRET=1\n"})
    env = project / "infra/docker/.env"
    env.chmod(mode)
    apply(project, [Write("infra/docker/.env", None, b"SECRET=1\n")], backup="00001", note={"kind": "update"})
    [backup] = backups(project)
    modes = {path.name: path.stat().st_mode & 0o777 for path in backup.folder.iterdir()}
    assert modes == {"0.old": 0o600, "record.json": 0o600}
    umask = os.umask(0)
    try:
        apply(project, backup.inverse(project))
    finally:
        os.umask(umask)
    assert env.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o440])
@pytest.mark.parametrize("point", ["removed infra/gone/a.txt", "saved"])
def test_a_recovery_gives_a_file_its_mode_back(tmp_path: Path, mode: int, point: str) -> None:
    project = build_tree(tmp_path, PRESENT)
    for path in ("infra/gone/a.txt", "infra/replaced.txt"):
        (project / path).chmod(mode)
    kill_at(project, point)
    assert recover(project) == []
    for path in ("infra/gone/a.txt", "infra/replaced.txt"):
        assert (project / path).stat().st_mode & 0o777 == mode


def test_the_newest_twenty_backups_are_kept_and_a_run_that_fails_costs_none(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"infra/x": "0\n"})
    for number in range(23):
        write = Write("infra/x", File(f"{number + 1}\n".encode()), f"{number}\n".encode())
        apply(project, [write], backup=next_backup_name(project), note={"kind": "update"})
    kept = [f"{number:05d}" for number in range(4, 24)]
    assert [backup.name for backup in backups(project)] == kept
    with pytest.raises(PreconditionError, match="changed while the command ran"):
        apply(project, [Write("infra/x", None, b"another\n")], backup=next_backup_name(project))
    assert [backup.name for backup in backups(project)] == kept


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_the_umask_is_heeded_without_setting_it_which_other_threads_would_see(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mask: int
) -> None:
    before = os.umask(mask)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(os, "umask", lambda _: pytest.fail("it was set"))
            apply(tmp_path, [Write("a.txt", File(b"a\n")), Write("b.sh", File(b"b\n", 0o755))])
    finally:
        os.umask(before)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("a.txt", "b.sh")]
    assert modes == [0o644 & ~mask, 0o755 & ~mask]
