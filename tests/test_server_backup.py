"""Backups of a server and their check, with a real PostgreSQL and a real restic."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.server_containers import Server, install_docker, need_programs, postgres
from tests.support.server_directory import Machine, machine_of, program

pytestmark = pytest.mark.slow
Make = Callable[..., Machine]

TABLES = '''
create schema "odd schema";
create table "odd schema"."it's ""odd""" (id int primary key, text text);
insert into "odd schema"."it's ""odd""" select n, md5(n::text) from generate_series(1, 1000) n;
create table ticket (id bigserial primary key, title text not null);
insert into ticket (title) select 'Grüße ' || n from generate_series(1, 500) n;
create table empty (id int);
create table measured (at date not null, value int) partition by range (at);
create table measured_2026 partition of measured for values from ('2026-01-01') to ('2027-01-01');
insert into measured select '2026-01-01'::date + n, n from generate_series(0, 99) n;
create materialized view titles as select title from ticket;
'''
CONTENT = "select md5(string_agg(t::text, '' order by t.id)) from ticket t"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    need_programs("restic", "unshare", "flock")
    with postgres() as one:
        yield one


@pytest.fixture
def make(server: Server, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes a machine with a database with content."""
    server.reset()
    server.sql(TABLES)

    def machine(shape: str = "typical", *, repository: str | None = None, shell: str = "sh") -> Machine:
        made = machine_of(shape, tmp_path, tmp_path_factory.getbasetemp(), shell=shell)
        install_docker(made, server)
        (tmp_path / "repository").mkdir()
        made.fact("stack_secrets", "POSTGRES_PASSWORD RESTIC_PASSWORD")
        made.fact("backup_repository", str(tmp_path / "repository") if repository is None else repository)
        assert made.run("secrets", "init").code == 0
        for volume in ("app-data", "storage-data"):
            folder = tmp_path / "volumes" / volume
            folder.mkdir(parents=True)
            (folder / "kept.txt").write_text(f"of {volume}")
        return made

    return machine


def dumps(machine: Machine) -> list[str]:
    return sorted(path.name for path in (machine.path / "backup").iterdir())


def metrics(machine: Machine) -> dict[str, float]:
    text = (machine.path / "state/backup.prom").read_text()
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}


def restic(machine: Machine, *arguments: str) -> str:
    variables = {**os.environ, "RESTIC_PASSWORD": machine.secret("RESTIC_PASSWORD")}
    variables |= {"HOME": str(machine.path.parent), "RESTIC_REPOSITORY": str(machine.path.parent / "repository")}
    return subprocess.run(["restic", *arguments], env=variables, capture_output=True, text=True, check=True).stdout


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
    assert "can be restored: 4 tables have the rows that were counted" in checked.output


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
    assert (done.code, "has no backup apart from its machine" in done.errors) == (0, True)
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


def test_a_wrong_password_and_a_missing_repository_are_named(make: Make) -> None:
    machine = make()
    repository = machine.path.parent / "repository"
    assert machine.run("backup").code == 0
    password = machine.secret("RESTIC_PASSWORD")
    (machine.path / "secrets/RESTIC_PASSWORD").write_text("another")
    for script in ("backup", "check-backup"):
        done = machine.run(script)
        assert (done.code, "RESTIC_PASSWORD does not open the backup repository" in done.errors) == (1, True)
    assert metrics(machine)["backup_last_result"] == 0
    assert metrics(machine)["backup_check_last_result"] == 0
    (machine.path / "secrets/RESTIC_PASSWORD").write_text(password)
    # A disk that is not mounted: an empty directory, then none.
    shutil.rmtree(repository)
    repository.mkdir()
    done = machine.run("backup")
    assert (done.code, "there is no backup repository at" in done.errors) == (1, True)
    assert list(repository.iterdir()) == []
    repository.rmdir()
    done = machine.run("backup")
    assert (done.code, "does not exist on the machine; mount its disk" in done.errors) == (5, True)
    (machine.path / "secrets/RESTIC_PASSWORD").unlink()
    assert machine.run("backup").code == 6


def kill_while(machine: Machine, ready: Callable[[], bool]) -> None:
    """Kill a backup and all that it has started as soon as a condition holds."""
    started = machine.start("backup")
    end = time.monotonic() + 60
    while not ready() and started.poll() is None and time.monotonic() < end:
        time.sleep(0.005)
    assert started.poll() is None, "the backup was faster than the test"
    os.killpg(started.pid, signal.SIGKILL)
    started.communicate()
    # A process holds its files for a moment.
    subprocess.run(["flock", str(machine.path / "state/backup.lock"), "true"], check=True, timeout=20)


def test_a_killed_dump_leaves_the_dump_before(make: Make, server: Server) -> None:
    machine = make(repository="")
    assert machine.run("backup").code == 0
    [before] = dumps(machine)
    program(machine, "pg_dump", f'#!/bin/sh\n{server.programs}/pg_dump "$@"; sleep 20\n')

    def is_dumping() -> bool:
        return any(path.stat().st_size for path in (machine.path / "backup").glob(".new.*/database.dump"))

    kill_while(machine, is_dumping)
    assert [name for name in dumps(machine) if not name.startswith(".")] == [before]
    (machine.path.parent / "bin/pg_dump").unlink()
    assert machine.run("backup").code == 0
    assert len([name for name in dumps(machine) if name.startswith(".")]) == 0


def test_a_dump_that_fails_is_reported(make: Make, server: Server) -> None:
    machine = make(repository="")
    assert machine.run("backup").code == 0
    before = (dumps(machine), (machine.path / "state/backup").read_text())
    program(
        machine,
        "pg_dump",
        f'#!/bin/sh\n{server.programs}/pg_dump "$@" | head -c 2000; echo "pg_dump: error: no" >&2; exit 1\n',
    )
    done = machine.run("backup")
    assert (done.code, "the dump of the database failed: no; " in done.errors) == (1, True), done.errors
    assert (dumps(machine), (machine.path / "state/backup").read_text()) == before
    assert metrics(machine)["backup_last_result"] == 0


def test_a_lock_of_a_killed_run_is_removed(make: Make) -> None:
    machine = make()
    repository = machine.path.parent / "repository"
    assert machine.run("backup").code == 0
    (machine.path.parent / "volumes/app-data/large").write_bytes(os.urandom(60_000_000))
    kill_while(machine, lambda: any((repository / "locks").iterdir()))
    assert list((repository / "locks").iterdir())
    done = machine.run("backup")
    assert done.code == 0, done.errors
    assert list((repository / "locks").iterdir()) == []
    assert "could not be removed" not in done.errors


def test_a_full_disk_leaves_the_dump_before(make: Make) -> None:
    machine = make(repository="")
    (machine.path / "backup").rmdir()
    (machine.path / "backup").mkdir(mode=0o700)
    on_small_disk = (
        f"mount -t tmpfs -o size=20k,mode=700 small {machine.path}/backup; " + 'cp -R "$1" "$2"; shift 2; "$@"'
    )
    old = machine.path.parent / "20260101T000000Z"
    old.mkdir()
    (old / "database.dump").write_text("PGDMP")
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", on_small_disk + '; code=$?; ls "$0"; exit $code']
    command += [str(machine.path / "backup"), str(old), str(machine.path / "backup")]
    command += ["sh", str(machine.path / "stack/machine/backup")]
    done = subprocess.run(command, env=machine.variables, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "the dump of the database cannot be written; free space on the disk" in done.stderr
    assert done.stdout.split() == ["20260101T000000Z"]
    assert metrics(machine)["backup_last_result"] == 0


def test_two_backups_do_not_overlap(make: Make, server: Server) -> None:
    machine = make(repository="")
    program(machine, "pg_dump", f'#!/bin/sh\n{server.programs}/pg_dump "$@"; sleep 3\n')
    first = machine.start("backup")
    while not list((machine.path / "backup").glob(".new.*/database.dump")):
        time.sleep(0.01)
    second = machine.run("backup")
    assert (second.code, "is running; wait until it ends" in second.errors) == (4, True)
    first.communicate()
    assert first.returncode == 0
    assert metrics(machine)["backup_last_result"] == 1


def test_the_object_store_is_paused_while_its_files_are_read(make: Make) -> None:
    machine = make("everything")
    assert machine.run("backup").code == 0
    log = (machine.path.parent / "docker.log").read_text()
    verbs = re.findall(r" (pause|unpause) storage$| restic (?:--\S+ )*(backup|forget) ", log, re.MULTILINE)
    assert ["".join(found) for found in verbs] == ["backup", "pause", "backup", "unpause", "forget", "forget"]
    assert len(restic(machine, "snapshots", "--json").split('"short_id"')) == 2
    assert "/volumes/storage-data/kept.txt" in restic(machine, "ls", "latest").splitlines()


def test_the_password_of_the_repository_is_rotated(make: Make) -> None:
    machine = make()
    assert machine.run("backup").code == 0
    before = machine.secret("RESTIC_PASSWORD")
    done = machine.run("secrets", "rotate", "RESTIC_PASSWORD")
    assert (done.code, machine.secret("RESTIC_PASSWORD") != before) == (0, True), done.errors
    assert len(re.findall(r"^[* ]?[0-9a-f]{8} ", restic(machine, "key", "list"), re.MULTILINE)) == 1
    assert machine.run("backup").code == 0
    assert len(restic(machine, "snapshots", "--json").split('"short_id"')) >= 2
    log = (machine.path.parent / "docker.log").read_text()
    assert machine.secret("RESTIC_PASSWORD") not in log


def test_the_password_of_the_database_is_rotated(make: Make, server: Server) -> None:
    machine = make()
    assert machine.run("secrets", "rotate", "POSTGRES_PASSWORD").code == 0
    hashed = server.sql("select rolpassword from pg_authid where rolname = 'app'")
    assert hashed.startswith("SCRAM-SHA-256$")
    server.sql("alter role app password null")
