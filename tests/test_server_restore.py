"""Restores of a server, with a real PostgreSQL and a real restic."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.support.server_backups import Make, server, with_repository
from tests.support.server_containers import Server, install_docker, services
from tests.support.server_directory import Machine, machine_of, program

__all__ = ["server"]

pytestmark = pytest.mark.slow

CONTENT = "select count(*) || ' ' || coalesce(md5(string_agg(title, ',' order by id)), '') from ticket"
DATABASES = ["app", "postgres", "template0", "template1"]


@pytest.fixture
def make(server: Server, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes a machine whose application runs; the repository is shared by the machines of a test."""
    server.reset()
    repository = tmp_path / "repository"
    repository.mkdir()

    def machine(name: str = "one", *, shape: str = "typical", repository_of: str | None = None, **more: str) -> Machine:
        (tmp_path / name).mkdir()
        made = machine_of(shape, tmp_path / name, tmp_path_factory.getbasetemp(), **more)
        install_docker(made, server, "caddy", "redis", "web-blue", "worker")
        with_repository(made, str(repository) if repository_of is None else repository_of)
        volume(made).mkdir(parents=True)
        return made

    return machine


def volume(machine: Machine, name: str = "app-data") -> Path:
    return machine.path.parent / "volumes" / name


def fill(server: Server, rows: int = 500) -> str:
    server.sql(
        "create table if not exists ticket (id bigserial primary key, title text); truncate ticket;"
        "insert into ticket (title) select md5(n::text) from generate_series(1, :rows) n",
        rows=rows,
    )
    return server.sql(CONTENT)


def databases(server: Server) -> list[str]:
    return server.sql("select datname from pg_database order by 1").split()


def files(machine: Machine, name: str = "app-data") -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(volume(machine, name).iterdir()) if path.is_file()}


def test_what_was_backed_up_is_restored_and_the_application_runs_again(make: Make, server: Server) -> None:
    machine = make()
    before = fill(server)
    (volume(machine) / "a file").write_text("ä")
    (volume(machine) / ".hidden").write_text("h")
    volume(machine).chmod(0o751)
    assert machine.run("backup").code == 0
    running = services(machine)
    server.sql("delete from ticket where id > 10; create table later (id int)")
    (volume(machine) / "a file").unlink()
    (volume(machine) / "later").write_text("l")
    volume(machine).chmod(0o700)

    asked = machine.run("restore")
    assert asked.code == 2
    assert re.search(
        r"This replaces, from the snapshot [0-9a-f]{8} of .*: the database app, the volume app-data\.", asked.output
    )
    assert "sh infra/server/ops/restore --yes production" in asked.errors
    assert server.sql("select count(*) from ticket") == "10"
    assert services(machine) == running

    done = machine.run("restore", "--yes")
    assert done.code == 0, done.errors
    assert server.sql(CONTENT) == before
    assert server.sql("select to_regclass('later')") == ""
    assert databases(server) == DATABASES
    assert files(machine) == {"a file": "ä", ".hidden": "h"}
    assert [path.name for path in volume(machine).iterdir() if path.is_dir()] == []
    assert volume(machine).stat().st_mode & 0o777 == 0o751
    assert services(machine) == running
    log = (machine.path.parent / "docker.log").read_text()
    assert re.search(r" stop web-blue worker$", log, re.MULTILINE)
    assert re.search(r" start web-blue worker$", log, re.MULTILINE)
    assert not list((machine.path / "run").glob(".restore*"))
    # What was there is a dump that can be restored as well.
    named = re.search(r"the previous database is in backup/(\w+)", done.output)
    assert named
    assert machine.run("restore", "--yes", named[1]).code == 0
    assert server.sql("select count(*) from ticket") == "10"


def test_an_empty_machine_gets_everything(make: Make, server: Server) -> None:
    machine = make()
    before = fill(server)
    (volume(machine) / "kept").write_text("k")
    assert machine.run("backup").code == 0
    password = machine.secret("RESTIC_PASSWORD")

    server.reset()
    empty = make("two")
    shutil.rmtree(volume(empty))
    (empty.path.parent / "services").write_text("postgres")
    assert empty.run("restore", "--yes").code == 1
    assert empty.run("secrets", "set", "RESTIC_PASSWORD", given=password).code == 0
    done = empty.run("restore", "--yes")
    assert done.code == 0, done.errors
    assert server.sql(CONTENT) == before
    assert files(empty) == {"kept": "k"}
    assert services(empty) == {"postgres"}


def test_an_older_snapshot_and_the_list(make: Make, server: Server) -> None:
    machine = make()
    before = fill(server, 3)
    assert machine.run("backup").code == 0
    first = (machine.path / "state/backup").read_text().split()[1]
    fill(server, 5)
    assert machine.run("backup").code == 0
    listed = machine.run("restore", "list")
    assert (listed.code, listed.output.count("ticket-desk-production")) == (0, 4), listed.output
    assert first in listed.output
    assert "dump on the machine: " in listed.output
    assert machine.run("restore", "--yes", first).code == 0
    assert server.sql(CONTENT) == before
    wrong = machine.run("restore", "--yes", "0000beef")
    assert (wrong.code, "there is no snapshot 0000beef" in wrong.errors) == (2, True)
    wrong = machine.run("restore", "--yes", "20260101T000000Z")
    assert (wrong.code, "there is no dump 20260101T000000Z" in wrong.errors) == (2, True)


def test_a_failed_restore_leaves_what_was_there(make: Make, server: Server) -> None:
    machine = make()
    fill(server)
    (volume(machine) / "a").write_text("old")
    assert machine.run("backup").code == 0
    later = fill(server, 7)
    (volume(machine) / "a").write_text("new")
    running = services(machine)
    psql, made = f'{server.programs}/psql "$@"', machine.path.parent / "made"
    for name, body, code in (
        ("pg_restore", "echo 'pg_restore: error: no' >&2; exit 1", 1),
        # Neither the new database can be made, nor a part of it removed.
        ("psql", f'case "$*" in *"create database"*) : >{made} ;; esac; [ ! -e {made} ] || exit 1; exec {psql}', 3),
        ("chroot", 'case "$*" in *restore-new/volumes*) exit 1 ;; esac; exec /usr/sbin/chroot "$@"', 1),
        # The volumes are replaced when the databases cannot be renamed.
        ("psql", f'case "$*" in *--dbname=postgres) exit 1 ;; esac; exec {psql}', 1),
    ):
        file = program(machine, name, f"#!/bin/sh\n{body}\n")
        done = machine.run("restore", "--yes")
        file.unlink()
        assert done.code == code, (body, done)
        assert done.errors.count("error: ") >= 1
        assert server.sql(CONTENT) == later, body
        assert files(machine) == {"a": "new"}, body
        assert services(machine) == running, body
        if done.code == 1:
            assert "the previous data is in place" in done.output
            assert databases(server) == DATABASES, body
    # What failed once can be repeated.
    done = machine.run("restore", "--yes")
    assert (done.code, files(machine)) == (0, {"a": "old"}), done.errors
    assert databases(server) == DATABASES


@pytest.mark.parametrize("moment", ["load", "volumes", "rename", "end"])
def test_a_restore_that_was_killed_can_be_repeated(make: Make, server: Server, moment: str) -> None:
    machine = make()
    before = fill(server)
    (volume(machine) / "a").write_text("old")
    assert machine.run("backup").code == 0
    later = fill(server, 7)
    (volume(machine) / "a").write_text("new")
    running = services(machine)
    waiting = machine.path.parent / "waiting"
    wait = f": >{waiting}; sleep 60"
    texts = {
        "load": ("pg_restore", f'{server.programs}/pg_restore "$@"; {wait}'),
        "volumes": ("chroot", f'/usr/sbin/chroot "$@" || exit; case "$*" in *"restore-new/volumes"*) {wait} ;; esac'),
        "rename": ("psql", f'case "$*" in *dbname=postgres) {wait} ;; esac; exec {server.programs}/psql "$@"'),
        "end": ("chroot", f'case "$*" in *before\\ .restore-discarded*) {wait} ;; esac; exec /usr/sbin/chroot "$@"'),
    }
    name, body = texts[moment]
    file = program(machine, name, f"#!/bin/sh\n{body}\n")
    started = machine.start("restore", "--yes")
    end = time.monotonic() + 60
    while not waiting.exists() and started.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    assert waiting.exists(), started.communicate()
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()
    file.unlink()
    if moment != "end":
        assert server.sql("select count(*) from pg_database where datname = 'app_before'", "postgres") == "0"
    done = machine.run("restore", "--yes")
    assert done.code == 0, done.errors
    assert (server.sql(CONTENT), files(machine)) == (before, {"a": "old"})
    assert databases(server) == DATABASES
    assert services(machine) == running
    # The dump of what was there is that of the state before the restore that was killed, or of the restored one.
    named = re.search(r"the previous database is in backup/(\w+)", done.output)
    assert named
    assert machine.run("restore", "--yes", named[1]).code == 0
    assert server.sql(CONTENT) == (before if moment == "end" else later)


def test_the_object_store_is_stopped_and_restored(make: Make, server: Server) -> None:
    machine = make(shape="everything")
    fill(server)
    volume(machine, "storage-data").mkdir()
    (volume(machine, "storage-data") / "object").write_text("o")
    (machine.path.parent / "services").write_text("postgres storage web-green live-updates-green worker caddy")
    assert machine.run("backup").code == 0
    (volume(machine, "storage-data") / "object").write_text("changed")
    assert machine.run("restore", "--yes").code == 0
    assert files(machine, "storage-data") == {"object": "o"}
    log = (machine.path.parent / "docker.log").read_text()
    assert re.search(r" stop storage web-green live-updates-green worker$", log, re.MULTILINE)
    assert re.search(r" start storage web-green live-updates-green worker$", log, re.MULTILINE)


def test_nothing_is_restored_while_a_scheduled_command_runs(make: Make, server: Server) -> None:
    machine = make(shape="everything")
    fill(server)
    program(machine, "docker", "#!/bin/sh\ncase $* in *' run '*) sleep 5 ;; esac\n")
    first = machine.start("task", "nightly")
    while not (machine.path / "state/task-nightly.lock").exists():
        time.sleep(0.01)
    done = machine.run("restore", "--yes")
    assert (done.code, "a scheduled command is running" in done.errors) == (4, True)
    again = machine.run("task", "nightly")
    assert (again.code, "nightly is running" in again.errors) == (4, True)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
