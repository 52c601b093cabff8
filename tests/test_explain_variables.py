"""`explain VARIABLE`: who sets a variable of the application, and what reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import build_tree
from tests.support.workloads import BUSY, RUNTIMES


def test_explain_shows_who_sets_a_variable_and_what_reads_it(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    ran = run_here("explain", "DATABASE_URL", "storage", cwd=project)
    assert [line.split()[0] for line in ran.out.splitlines()[2:]] == ["storage", "DATABASE_URL", "the"]
    assert "secret; set by the infrastructure: url of database" in ran.out
    told = run_here("explain", "DATABASE_URL", "FORWARDED_ALLOW_IPS", "--json", cwd=project).json
    assert [(one["name"], one["secret"]) for one in told["environment"]] == [
        ("DATABASE_URL", True),
        ("FORWARDED_ALLOW_IPS", False),
    ]
    assert all(one["evidence"] for one in told["environment"])
    assert told["requirements"] == []


@pytest.mark.parametrize(
    ("variable", "set_by"),
    [
        ("JWT_SECRET", "secret; a random value is generated"),
        ("PORT", "set for each service: 8000 for web"),
        ("QUEUE_URL", "set by the infrastructure: queue url, where it is available"),
        ("PAGER_BASE_URL", "set by a person; https://pager.example by default"),
        ("SCHEDULE_NAME", "set for each service: nightly_run for nightly-run, poll for poll"),
    ],
)
def test_explain_knows_each_way_to_set_a_variable(tmp_path: Path, variable: str, set_by: str) -> None:
    project = small_project(tmp_path, MANIFEST + "scheduler_command = 'tick'\n", BUSY)
    ran = run_here("explain", variable, cwd=project)
    assert (ran.status, f"  {variable}  {set_by}\n" in ran.out) == (0, True), ran.out + ran.err


@pytest.mark.parametrize("variable", ["SMTP_HOST", "AWS_ENDPOINT_URL"])
def test_explain_says_where_a_person_sets_what_the_server_does_not_give(tmp_path: Path, variable: str) -> None:
    model = {**BUSY, "domain": {"entities": [{"name": "Note", "fields": [{"name": "scan", "type": {"kind": "file"}}]}]}}
    manifest = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
    files = {name: text.encode() for name, text in RUNTIMES["django"].items()}
    project = build_tree(small_project(tmp_path, f"{manifest}backends = ['docker', 'server']\n", model), files)
    said = "set by a person in infra/server/environments/NAME.app.env"
    both = [line.strip() for line in run_here("explain", variable, cwd=project).out.splitlines()]
    assert f"server: {said}" in both
    assert any(line.startswith(f"{variable}  set by the infrastructure") for line in both)
    (project / "dazzle.toml").write_text(f"{manifest}backends = ['server']\n")
    assert f"  {variable}  {said}\n" in run_here("explain", variable, cwd=project).out
    (project / "dazzle.toml").write_text(f"{manifest}backends = ['server']\n[infra.server]\nobject_storage = 'own'\n")
    assert (said in run_here("explain", variable, cwd=project).out) is (variable == "SMTP_HOST")


@pytest.mark.slow
def test_explain_shows_a_backend_that_was_generated_by_its_name(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert "server:" not in run_here("explain", "database", cwd=project).out
    assert run_here("server", cwd=project).status == 0
    assert "server: a PostgreSQL container" in run_here("explain", "database", cwd=project).out
    served = run_here("explain", "database", "--json", cwd=project).json["requirements"][0]["served"]
    assert [one["backend"] for one in served] == ["docker", "terraform", "server"]


@pytest.mark.parametrize(("name", "meant"), [("DATABASE_URI", "DATABASE_URL"), ("port", "PORT"), ("quue", "queue")])
def test_explain_guesses_what_is_meant(tmp_path: Path, name: str, meant: str) -> None:
    ran = run_here("explain", name, cwd=small_project(tmp_path))
    assert (ran.status, ran.out) == (2, "")
    assert f"unknown need or variable '{name}'; did you mean {meant}?" in ran.err


def test_explain_says_that_a_static_site_reads_no_variable(tmp_path: Path) -> None:
    project = build_tree(small_project(tmp_path), RUNTIMES["react"])
    ran = run_here("explain", "DATABASE_URL", cwd=project)
    assert "DATABASE_URL  secret; not set: the image serves static files\n" in ran.out
