"""Backups of a server and their check, with a real PostgreSQL and a real restic."""

from __future__ import annotations

import re
import shutil
import stat
import time

import pytest

from tests.support.server_backups import CONTENT, Make, dumps, make, metrics, restic, server
from tests.support.server_containers import Server
from tests.support.server_directory import program

__all__ = ["make", "server"]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("shell", ["dash", "busybox sh"])
def test_a_backup_has_the_dump_the_rows_and_the_volumes(make: Make, shell: str) -> None:
    if not shutil.which(shell.split()[0]):
        pytest.skip(f"no {shell} on this machine")
    machine = make(shell=shell)
    started = time.time()
    done = machine.run("backup")
    assert done.code == 0, done.errors
    [name] = dumps(machine)
    snapshot = re.search(r"the snapshot ([0-9a-f]{8}) is in ", done.output)
    assert snapshot, done.output
    counts = (machine.path / f"backup/{name}/counts").read_text().splitlines()
    assert sorted(counts) == [
        '"odd schema"."it\'s ""odd"""\t1000',
        "public.empty\t0",
        "public.measured_2026\t100",
        "public.ticket\t500",
    ]
    files = restic(machine, "ls", "latest").splitlines()
    assert f"/backup/{name}/database.dump" in files
    assert f"/backup/{name}/counts" in files
    assert "/volumes/app-data/kept.txt" in files
    time_of, snapshot_of = (machine.path / "state/backup").read_text().split()
    assert (snapshot_of, started - 1 <= int(time_of) <= time.time()) == (snapshot[1], True)
    found = metrics(machine)
    assert found.pop("backup_last_size_bytes") > 1000
    assert found == {"backup_last_result": 1, "backup_last_success_timestamp_seconds": int(time_of)}
    assert stat.S_IMODE((machine.path / "state/backup.prom").stat().st_mode) == 0o644
    for path in [machine.path / "backup", *(machine.path / "backup").rglob("*"), *(machine.path / "run").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    log = (machine.path.parent / "docker.log").read_text()
    assert not any(machine.secret(name) in log + done.output + done.errors for name in ("RESTIC_PASSWORD",))


def test_rows_are_those_of_the_dump_while_others_write(make: Make, server: Server) -> None:
    machine = make()
    # The statement of the counts waits for nobody, so that the other session commits between counts and dump.
    program(
        machine,
        "pg_dump",
        '#!/bin/sh\necho "insert into ticket (title) values (1)" | psql -qX -U app -d app '  # noqa: S608
        f'&& exec {server.programs}/pg_dump "$@"\n',
    )
    assert machine.run("backup").code == 0
    assert server.sql("select count(*) from ticket") == "501"
    checked = machine.run("check-backup")
    assert checked.code == 0, checked.errors
    assert "can be restored: 4 tables have the number of rows that was recorded" in checked.output


def test_a_check_restores_into_a_database_of_its_own_and_compares(make: Make, server: Server) -> None:
    machine = make()
    assert machine.run("backup").code == 0
    before = server.sql(CONTENT)
    done = machine.run("check-backup")
    assert done.code == 0, done.errors
    assert metrics(machine)["backup_check_last_result"] == 1
    assert metrics(machine)["backup_check_last_success_timestamp_seconds"] > time.time() - 60
    assert metrics(machine)["backup_last_result"] == 1
    assert server.sql("select datname from pg_database order by 1").split() == [
        "app",
        "postgres",
        "template0",
        "template1",
    ]
    assert server.sql(CONTENT) == before
    # Rows that are not there any more are found.
    [name] = dumps(machine)
    counts = machine.path / f"backup/{name}/counts"
    counts.write_text(counts.read_text().replace("public.ticket\t500", "public.ticket\t501"))
    machine.fact("backup_repository", "")
    done = machine.run("check-backup")
    assert done.code == 1
    assert "public.ticket has 500 rows instead of 501" in done.errors
    assert metrics(machine)["backup_check_last_result"] == 0
    assert metrics(machine)["backup_check_last_success_timestamp_seconds"] > time.time() - 60
    assert "backup_check" not in server.sql("select datname from pg_database")


def test_a_damaged_dump_is_found(make: Make, server: Server) -> None:
    machine = make(repository="")
    assert machine.run("backup").code == 0
    [name] = dumps(machine)
    dump = machine.path / f"backup/{name}/database.dump"
    dump.write_bytes(dump.read_bytes()[:-3000])
    done = machine.run("check-backup")
    assert (done.code, "cannot be restored: " in done.errors) == (1, True), done.errors
    assert "backup_check" not in server.sql("select datname from pg_database")


def test_without_a_repository_the_newest_dumps_stay(make: Make) -> None:
    machine = make(repository="")
    for old in ("20260101T000000Z", "20260102T000000Z", "20260103T000000Z"):
        (machine.path / "backup" / old).mkdir()
        (machine.path / "backup" / old / "database.dump").write_text("PGDMP")
    done = machine.run("backup")
    assert (done.code, "has no backup outside its machine" in done.errors) == (0, True)
    found = dumps(machine)
    assert found[:2] == ["20260102T000000Z", "20260103T000000Z"]
    assert len(found) == 3
    assert (machine.path / "state/backup").read_text().split()[1] == found[2]


def test_a_dump_before_a_migration_says_nothing_of_the_backup(make: Make) -> None:
    machine = make()
    done = machine.run("backup", "--dump")
    assert (done.code, len(dumps(machine))) == (0, 1)
    assert not (machine.path / "state/backup").exists()
    assert not (machine.path / "state/backup.prom").exists()
