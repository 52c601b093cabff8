"""The workload: what runs, what it uses and what it reads, for each runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.workload.model import Service, Workload
from tests.support.appspecs import document, entity
from tests.support.runtimes import pyproject
from tests.support.workloads import BUSY, RUNTIMES, workload

ALL = "worker_command = 'python -m work'\nscheduler_command = 'python -m tick'\n"
FURTHER = "[infra.entry_points.live]\ncommand = 'python -m live'\nport = 8010\nhealth_path = '/live/health'\n"


def service(found: Workload, name: str) -> Service:
    return next(one for one in found.services if one.name == name)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_service_of_every_runtime_has_a_command(tmp_path: Path, runtime: str) -> None:
    found = workload(tmp_path, BUSY, ALL + FURTHER, RUNTIMES[runtime])
    assert found.runtime == runtime
    assert all(one.command and all(one.command) for one in found.services)
    assert [one.kind for one in found.services][:2] == ["web", "process"]


@pytest.mark.parametrize(
    ("runtime", "serve", "migrate"),
    [
        ("dazzle", "uvicorn dazzle.http.runtime.app_factory:create_app_factory", "sh -c"),
        ("django", "gunicorn config.wsgi:application", "python manage.py migrate"),
        ("fastapi", "uvicorn main:app", "alembic upgrade head"),
    ],
)
def test_the_server_and_the_migration_of_a_runtime_are_resolved(
    tmp_path: Path, runtime: str, serve: str, migrate: str
) -> None:
    found = workload(tmp_path, files=RUNTIMES[runtime])
    assert " ".join(service(found, "web").command).startswith(serve)
    assert " ".join(service(found, "migrate").command).startswith(migrate)
    assert service(found, "migrate").kind == "release"


def test_the_worker_of_dazzle_runs_the_command_of_web_without_a_port(tmp_path: Path) -> None:
    found = workload(tmp_path, manifest="[infra.entry_points.web]\ncommand = 'uvicorn site:app'\nport = 9000\n")
    worker = service(found, "worker")
    assert (worker.command, worker.port, worker.health_path) == (("uvicorn", "site:app"), 0, "")
    assert [(one.name, one.value) for one in worker.variables] == [("PORT", "9000")]


def test_another_runtime_has_a_worker_only_with_a_command(tmp_path: Path) -> None:
    without = workload(tmp_path / "a", files=RUNTIMES["express"])
    with_command = workload(tmp_path / "b", BUSY, ALL, RUNTIMES["express"])
    assert "worker" not in [one.name for one in without.services]
    assert service(with_command, "worker").command == ("python", "-m", "work")


def test_schedules_run_only_with_a_command_and_know_their_name_in_the_model(tmp_path: Path) -> None:
    assert [one.kind for one in workload(tmp_path / "a").services] == ["web", "worker", "release"]
    found = workload(tmp_path / "b", BUSY, ALL)
    scheduled = [one for one in found.services if one.kind == "scheduled"]
    assert [one.name for one in scheduled] == ["nightly-run", "poll"]
    assert [one.variables[1].value for one in scheduled] == ["nightly_run", "poll"]
    assert [one.name for one in workload(tmp_path / "c").schedules] == ["nightly_run", "poll"]


def test_the_scheduler_of_a_task_queue_runs_once(tmp_path: Path) -> None:
    beat = "from celery import Celery\napp = Celery('desk')\napp.conf.beat_schedule = {}\n"
    files = {
        "pyproject.toml": pyproject("django", "celery"),
        "manage.py": "",
        "desk/__init__.py": "",
        "desk/celery.py": beat,
    }
    scheduler = service(workload(tmp_path / "a", files=files), "scheduler")
    assert (scheduler.kind, scheduler.min_count, scheduler.max_count) == ("worker", 1, 1)
    assert "beat" in scheduler.command
    stated = workload(tmp_path / "b", BUSY, "scheduler_command = 'tick'\n", files)
    assert "scheduler" not in [one.name for one in stated.services]


def test_schedules_of_one_name_run_under_different_names(tmp_path: Path) -> None:
    clocks = ["0 1 * * *", "0 2 * * *", "0 2 * * *"]
    model = document(schedules=[{"name": "sync", "cron": cron} for cron in clocks])
    found = workload(tmp_path, model, ALL)
    names = [one.name for one in found.services if one.kind == "scheduled"]
    assert len(names) == len(set(names)) == 2
    assert [one.schedule.cron for one in found.services if one.schedule] == sorted(set(clocks))


def test_a_static_site_needs_nothing(tmp_path: Path) -> None:
    found = workload(tmp_path, BUSY, ALL, RUNTIMES["react"])
    assert [one.name for one in found.services] == ["web"]
    assert (found.stores, found.bindings, found.settings, found.secrets) == ((), (), (), ())


def test_variables_say_who_sets_them_and_never_hold_a_secret(tmp_path: Path) -> None:
    found = workload(tmp_path)
    bindings = {one.variable: one for one in found.bindings}
    assert (bindings["DATABASE_URL"].role, bindings["DATABASE_URL"].store) == ("url", "database")
    assert bindings["DATABASE_URL"].secret
    assert not bindings["QUEUE_URL"].required
    assert bindings["FORWARDED_ALLOW_IPS"].role == "trusted_proxies"
    assert [(one.name, one.value) for one in found.settings] == [("PAGER_BASE_URL", "https://pager.example")]
    assert {one.name: one.generated for one in found.secrets} == {
        "DAZZLE_SECRET_KEY": True,
        "DAZZLE_SESSION_SECRET": True,
        "JWT_SECRET": True,
        "PAGER_API_KEY": False,
    }
    assert all(one.evidence and one.because for _, one in found.variables())


def test_other_runtimes_read_the_mail_server_from_common_variables(tmp_path: Path) -> None:
    found = workload(tmp_path, files=RUNTIMES["django"])
    roles = {one.variable: one.role for one in found.bindings}
    assert {name: roles[name] for name in ("SMTP_HOST", "SMTP_PORT")} == {
        "SMTP_HOST": "smtp_host",
        "SMTP_PORT": "smtp_port",
    }


def test_each_bucket_is_a_store_that_its_variable_names(tmp_path: Path) -> None:
    model = document(entities=[entity("Note", scan="file")])
    tables = "[storage.a]\nbucket = '${A_BUCKET}'\n[storage.b]\nbucket = '${WEB}'\nregion = '${B_REGION}'\n"
    found = workload(tmp_path, model, tables)
    buckets = {one.variable: one.store for one in found.bindings if one.role == "bucket"}
    assert buckets["A_BUCKET"] == "a-bucket"
    assert buckets["WEB"].startswith("web-"), "`web` is a service"
    assert set(buckets.values()) <= {one.name for one in found.stores if one.engine == "s3"}
    assert {one.variable: one.role for one in found.bindings}["B_REGION"] == "region"


def tenants(*hosts: str) -> dict[str, Any]:
    return document(entities=[{**entity("Company"), "tenant_host": {"domain": "x", "canonical_hosts": list(hosts)}}])


@pytest.mark.parametrize(
    ("hosts", "expected"), [((), ""), (("www.desk.example", "Desk.example"), "desk.example"), (("not a host",), "")]
)
def test_a_health_check_sends_a_host_that_the_application_accepts(
    tmp_path: Path, hosts: tuple[str, ...], expected: str
) -> None:
    found = workload(tmp_path, tenants(*hosts), FURTHER)
    assert service(found, "web").health_host == expected
    assert service(found, "live").health_host == ""


def test_the_size_and_number_of_copies_are_those_of_the_highest_profile(tmp_path: Path) -> None:
    web = service(workload(tmp_path), "web")
    assert (web.size, web.min_count, web.max_count) == ("medium", 2, 10)
