"""Backups of a server that fail, are killed or meet another run, with a real PostgreSQL and a real restic."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.server_backups import CONTENT, Make, dumps, make, metrics, restic, server
from tests.support.server_containers import Server
from tests.support.server_directory import Machine, program

__all__ = ["make", "server"]

pytestmark = pytest.mark.slow


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

    def locks() -> list[Path]:
        # restic renames a file when it is complete.
        return [path for path in (repository / "locks").iterdir() if "-tmp-" not in path.name]

    kill_while(machine, lambda: bool(locks()))
    assert locks()
    done = machine.run("backup")
    assert done.code == 0, done.errors
    assert locks() == []
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


def test_a_repository_that_another_machine_has_locked_is_named_and_stays_as_it_is(make: Make) -> None:
    machine = make()
    assert machine.run("backup").code == 0
    before = restic(machine, "snapshots", "--json")
    locks = machine.path.parent / "repository/locks"
    variables = {**os.environ, "RESTIC_PASSWORD": machine.secret("RESTIC_PASSWORD"), "HOME": str(machine.path.parent)}
    # `check` locks the repository for itself alone, here until the end of the test.
    elsewhere = 'hostname another && exec restic --repo "$0" check --read-data'
    command = ["unshare", "--map-root-user", "--uts", "sh", "-euc", elsewhere, str(locks.parent)]
    holder = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    try:
        while not [path for path in locks.iterdir() if "-tmp-" not in path.name]:
            assert holder.poll() is None, "the other machine was faster than the test"
            time.sleep(0.001)
        holder.send_signal(signal.SIGSTOP)
        assert len(list(locks.iterdir())) == 1
        for script in ("backup", "check-backup"):
            done = machine.run(script)
            assert done.code == 4
            [message] = [line for line in done.errors.splitlines() if line.startswith("error: ")]
            assert re.search(
                r"repository is locked \w+ by PID \d+ on another by \S+ .*; wait until that run ends", message
            )
        assert metrics(machine)["backup_last_result"] == 0
    finally:
        holder.kill()
        holder.wait()
    for lock in locks.iterdir():
        lock.unlink()
    assert restic(machine, "snapshots", "--json") == before
    assert machine.run("backup").code == 0


@pytest.mark.parametrize(("script", "arguments"), [("check-backup", ()), ("restore", ("--yes",))])
def test_a_copy_that_does_not_fit_on_the_disk_of_the_database_is_not_begun(
    make: Make, server: Server, script: str, arguments: tuple[str, ...]
) -> None:
    machine = make()
    assert machine.run("backup").code == 0
    before = server.sql(CONTENT)
    # The directory of the data is another one in the image of PostgreSQL 18: the server knows it.
    small = f'#!/bin/sh\n[ "$*" != "-Pk {server.directory}/data" ] || free=2048\n'
    program(machine, "df", small + 'printf "Filesystem\\n/dev/vda1 9 9 %s 1%% /\\n" "${free:-99999999}"\n')
    done = machine.run(script, *arguments)
    assert done.code == 1, done.errors
    assert re.search(r"needs \d+ MiB, and the disk of the database has 2 MiB; free space there", done.errors)
    assert server.sql(CONTENT) == before
    assert not {"backup_check", "app_restored"} & set(server.sql("select datname from pg_database").split())


def test_two_backups_do_not_overlap(make: Make, server: Server) -> None:
    machine = make(repository="")
    program(machine, "pg_dump", f'#!/bin/sh\n{server.programs}/pg_dump "$@"; sleep 3\n')
    first = machine.start("backup")
    while not list((machine.path / "backup").glob(".new.*/database.dump")):
        time.sleep(0.01)
    second = machine.run("backup")
    assert (second.code, "is running; wait until it finishes" in second.errors) == (4, True)
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
