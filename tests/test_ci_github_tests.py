"""The tests of a change by the workflow of GitHub, executed by act, with migrations of a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.ci_actions import Repository, repository
from tests.support.ci_github import TYPICAL, rendered
from tests.support.ci_template import TEMPLATE, render
from tests.support.copiers import copier_of
from tests.support.postgres import postgres

pytestmark = pytest.mark.slow

DOCKER = """\
case $1 in
    build)
        for context; do :; done
        image=$STATE/images/$(echo "$4" | tr : -)
        mkdir -p "$STATE/images"
        rm -rf "$image"
        cp -R "$context" "$image" ;;
    run)
        shift 4
        while [ "$1" = --env ]; do export "$2"; shift 2; done
        cd "$STATE/images/$(echo "$1" | tr : -)"
        shift
        PATH="$PWD:$PATH" "$@" ;;
esac
"""
"""An image is a copy of its build context, and a container a process in it."""

MIGRATE = """\
#!/bin/sh
set -eu
for file in migrations/*.sql; do
    psql --quiet --set ON_ERROR_STOP=1 --dbname "$DATABASE_URL" --command \
        'create table if not exists done (name text primary key)'
    known=$(psql --no-align --tuples-only --dbname "$DATABASE_URL" --command "select 1 from done where name = '$file'")
    [ -z "$known" ] || continue
    psql --quiet --set ON_ERROR_STOP=1 --dbname "$DATABASE_URL" --file "$file"
    psql --quiet --dbname "$DATABASE_URL" --command "insert into done values ('$file')"
    echo "migrated $file"
done
"""


def project(made: Repository, migrations: dict[str, str]) -> None:
    """Write a project with migrations and its checks, and commit it."""
    for name in ("ruff", "dazzle", "python"):
        made.program(name, '[ ! -e "$STATE/$(basename "$0")-fails" ]\n')
    made.program("docker", DOCKER)
    migrate = made.folder / "migrate"
    migrate.write_text(MIGRATE)
    migrate.chmod(0o755)
    dockerfile = made.folder / "infra" / "docker" / "Dockerfile"
    dockerfile.parent.mkdir(parents=True, exist_ok=True)
    dockerfile.write_text("FROM scratch\n")
    for name, statement in migrations.items():
        path = made.folder / "migrations" / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(statement)
    made.commit()


@pytest.fixture
def checked(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    made = repository(rendered("typical", tmp_path_factory.getbasetemp()), tmp_path)
    project(made, {})
    return made


def test_a_pull_request_runs_every_check_of_the_project(checked: Repository) -> None:
    run = checked.run("test", "pull_request")
    assert run.called("python", "ruff", "dazzle") == [
        "python -m pip install -r requirements.txt",
        "python -m pip install pytest ruff",
        "ruff check",
        "python -m pytest -q",
        "dazzle validate",
    ]
    assert "Job 'test' failed" not in run.log


def test_a_check_that_fails_stops_those_after_it_and_the_job(checked: Repository) -> None:
    (checked.state / "ruff-fails").touch()
    run = checked.run("test", "pull_request")
    assert run.code != 0
    assert run.called("dazzle") == []


@pytest.mark.parametrize(
    ("second", "code", "printed"),
    [
        ("alter table desk add column place text", 0, ["migrated migrations/1.sql", "migrated migrations/2.sql"]),
        (
            "alter table desks add column place text",
            1,
            ["migrated migrations/1.sql", 'relation "desks" does not exist'],
        ),
    ],
)
def test_migrations_of_the_branch_and_then_of_the_change_run_on_a_real_database(
    tmp_path: Path, second: str, code: int, printed: list[str]
) -> None:
    with postgres("test", "test") as port:
        url = f"postgresql://test:test@127.0.0.1:{port}/test"
        variables = [one.model_copy(update={"value": url}) for one in TYPICAL.test_variables[:1]]
        answers = TYPICAL.model_copy(update={"test_variables": variables})
        made = repository(render(copier_of(TEMPLATE), tmp_path / "rendered", answers), tmp_path / "github")
        project(made, {"1": "create table desk (id int)"})
        project(made, {"2": second})
        run = made.run("test", "pull_request")
    assert run.code == code, run.log
    places = [run.log.index(line) for line in printed]
    assert places == sorted(places)
    assert run.log.count("migrated migrations/1.sql") == 1


def test_the_first_commit_with_an_image_migrates_alone(tmp_path: Path) -> None:
    with postgres("test", "test") as port:
        url = f"postgresql://test:test@127.0.0.1:{port}/test"
        variables = [one.model_copy(update={"value": url}) for one in TYPICAL.test_variables[:1]]
        answers = TYPICAL.model_copy(update={"test_variables": variables})
        made = repository(render(copier_of(TEMPLATE), tmp_path / "rendered", answers), tmp_path / "github")
        project(made, {"1": "create table desk (id int)"})
        run = made.run("test")
    assert run.code == 0, run.log
    assert "has no image to build; only the new migrations run" in run.log
