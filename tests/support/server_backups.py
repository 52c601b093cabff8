"""A machine with a database, files and a repository of backups, and what tests read of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.server_containers import Server, install_docker, need_programs, postgres
from tests.support.server_directory import Machine, machine_of

__all__ = ["CONTENT", "Make", "dumps", "make", "metrics", "restic", "server", "with_repository"]

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


def with_repository(machine: Machine, repository: str) -> None:
    """Make the secrets of a machine whose backups go to a repository."""
    machine.fact("stack_secrets", "POSTGRES_PASSWORD RESTIC_PASSWORD")
    machine.fact("backup_repository", repository)
    assert machine.run("secrets", "init").code == 0


@pytest.fixture
def make(server: Server, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes a machine with a database with content."""
    server.reset()
    server.sql(TABLES)

    def machine(shape: str = "typical", *, repository: str | None = None, shell: str = "sh") -> Machine:
        made = machine_of(shape, tmp_path, tmp_path_factory.getbasetemp(), shell=shell)
        install_docker(made, server)
        (tmp_path / "repository").mkdir()
        with_repository(made, str(tmp_path / "repository") if repository is None else repository)
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
