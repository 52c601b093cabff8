"""Task queues among the project's dependencies: what they need, and by which commands they run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.project.packages.declared import place_of, read_declared
from dazzle_infra.project.task_queues import TASK_QUEUES, background_work
from tests.support.cli import run_here, small_project
from tests.support.runtimes import answered, package, pyproject
from tests.support.trees import build_tree

MANIFEST = '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n'
CELERY = "from celery import Celery\napp = Celery('shop')\n"
SHOP = {"manage.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n", "shop/__init__.py": ""}
ACTORS = "import dramatiq\n\n@dramatiq.actor\ndef send(): ...\n"
REDIS_URL = 'exec {} --url "$REDIS_URL"'

COMMANDS: list[tuple[str, Mapping[str, str], str, str]] = [
    ("celery", {"shop/celery.py": CELERY}, "celery --app shop.celery:app worker --loglevel INFO", ""),
    ("celery", {"tasks.py": CELERY, "shop/celery.py": CELERY}, "celery --app tasks:app worker --loglevel INFO", ""),
    ("celery", {"src/jobs/main.py": CELERY}, "celery --app jobs.main:app --workdir src worker --loglevel INFO", ""),
    ("celery\ndjango-celery-beat", {"shop/celery.py": CELERY}, "celery --app shop.celery:app worker --loglevel INFO",
     "celery --app shop.celery:app beat --loglevel INFO"
     " --scheduler django_celery_beat.schedulers:DatabaseScheduler"),
    ("celery", {"t.py": f"{CELERY}app.conf.beat_schedule = {{}}\n"}, "celery --app t:app worker --loglevel INFO",
     "celery --app t:app beat --loglevel INFO --schedule /tmp/celerybeat-schedule"),
    ("celery", {"tests/t.py": CELERY, "venv/pyvenv.cfg": "", "venv/t.py": CELERY}, "", ""),
    ("celery", {"t.py": "app = Celery(\n"}, "", ""),
    ("rq", {}, REDIS_URL.format("rq worker --with-scheduler"), ""),
    ("rq\nrq-scheduler", {}, REDIS_URL.format("rq worker --with-scheduler"), REDIS_URL.format("rqscheduler")),
    ("rq\ndjango-rq", SHOP, "python manage.py rqworker default --with-scheduler", ""),
    ("dramatiq[redis]", {"a.py": ACTORS, "jobs/b.py": ACTORS}, "dramatiq a jobs.b", ""),
    ("dramatiq\nperiodiq", {"src/a.py": ACTORS}, "dramatiq --path src a", "periodiq --path src a"),
    ("dramatiq\ndjango_dramatiq", SHOP, "python manage.py rundramatiq", ""),
    ("dramatiq", {}, "", ""),
    ("arq", {"app/worker.py": "class WorkerSettings: ...\n"}, "arq app.worker.WorkerSettings", ""),
    ("arq", {"app/worker.py": "# WorkerSettings\n"}, "", ""),
    ("huey", {"app/q.py": "from huey import RedisHuey\nhuey = RedisHuey()\n"}, "huey_consumer app.q.huey", ""),
    ("huey", {**SHOP, "shop/settings.py": "APPS = ['huey.contrib.djhuey']\n"}, "python manage.py run_huey", ""),
    ("requests", {"t.py": CELERY}, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("packages", "files", "worker", "scheduler"), COMMANDS)
def test_the_commands_name_what_the_sources_define(
    tmp_path: Path, packages: str, files: Mapping[str, str], worker: str, scheduler: str
) -> None:
    build_tree(
        tmp_path, {"requirements.txt": packages.encode(), **{name: text.encode() for name, text in files.items()}}
    )
    found = background_work(tmp_path, read_declared(tmp_path))
    plain = [" ".join(command[2:] if command[:2] == ("sh", "-c") else command)
             for command in (found.worker, found.scheduler)]  # fmt: skip
    assert plain == [worker, scheduler]


@pytest.mark.parametrize("queue", TASK_QUEUES, ids=lambda queue: queue.package)
def test_a_task_queue_needs_a_queue_and_a_worker(tmp_path: Path, queue: object) -> None:
    name = getattr(queue, "package")  # noqa: B009 - the records have a type of their own
    project = small_project(tmp_path, MANIFEST)
    build_tree(project, {"requirements.txt": f"django\n# queue\n{name}>=1 # tasks\n".encode(), **SHOP})
    inferred = load(Options(project=project))[0].inferred
    for need in ("queue", "worker"):
        (evidence,) = inferred[need].evidence
        assert (inferred[need].needed, str(evidence), evidence.source) == (
            True,
            f"project {name}",
            "requirements.txt:3",
        )
    assert not inferred.needs("scheduler")


def test_a_worker_runs_in_compose_by_the_projects_own_command(tmp_path: Path) -> None:
    files = {"requirements.txt": "django\ncelery\ndjango-celery-beat\n", "shop/celery.py": CELERY, **SHOP}
    docker, terraform = answered(tmp_path, files=files)
    assert docker.worker
    assert docker.worker_command == ["celery", "--app", "shop.celery:app", "worker", "--loglevel", "INFO"]
    assert docker.scheduler
    assert docker.scheduler_command[3:4] == ["beat"]
    # A schedule of a cloud starts what ends; beat does not.
    assert terraform.worker_command == docker.worker_command
    assert (terraform.scheduler, terraform.scheduler_command) == (False, [])


def test_commands_of_dazzle_toml_win(tmp_path: Path) -> None:
    files = {"requirements.txt": "django\ncelery\ndjango-celery-beat\n", "shop/celery.py": CELERY, **SHOP}
    docker, _ = answered(tmp_path, "worker_command = 'work'\nscheduler_command = 'tick'\n", files)
    assert (docker.worker_command, docker.scheduler_command) == (["work"], ["tick"])


def test_a_task_queue_without_a_known_command_says_what_to_set(tmp_path: Path) -> None:
    files = {"requirements.txt": b"fastapi\ncelery\n"}
    build_tree(small_project(tmp_path, MANIFEST), files)
    ran = run_here("explain", "worker", "--json", cwd=tmp_path)
    (need,) = [one for one in ran.json["requirements"] if one["name"] == "worker"]
    assert need["needed"] is True
    assert "set `[infra] worker_command`" in json.dumps(need)


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("dazzle-dsl", "the worker runs the schedules itself"),
        ("django", "nothing starts the schedules; set `[infra] scheduler_command`"),
    ],
)
def test_schedules_without_a_command_are_run_by_the_worker_of_dazzle_alone(
    tmp_path: Path, package: str, reason: str
) -> None:
    overrides = "[infra.overrides]\nscheduler = { needed = true, reason = 'It has schedules' }\n"
    small_project(tmp_path, f"{MANIFEST}\n{overrides}")
    (tmp_path / "requirements.txt").write_text(package)
    ran = run_here("explain", "scheduler", "--json", cwd=tmp_path)
    (need,) = [one for one in ran.json["requirements"] if one["name"] == "scheduler"]
    assert json.dumps(need).count(reason) == 2, "once for each backend"


@pytest.mark.parametrize("files", [{"requirements.txt": "dazzle-dsl\ncelery\n"}, {"package.json": package("express")}])
def test_dazzle_does_its_work_itself_and_node_has_no_celery(tmp_path: Path, files: Mapping[str, str]) -> None:
    build_tree(small_project(tmp_path, MANIFEST), files)
    assert not load(Options(project=tmp_path))[0].inferred.needs("queue")


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"requirements.txt": "-r more.txt\n", "more.txt": "six\n\nCelery[redis]==5\n"}, "more.txt:3"),
        ({"pyproject.toml": '[project]\nname = "x"\ndependencies = [\n  "six", "celery>=5",\n]\n'}, "pyproject.toml:4"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "3"\ncelery = "^5"\n'}, "pyproject.toml:3"),
        ({"pyproject.toml": pyproject("six")}, None),
    ],
)  # fmt: skip
def test_the_place_of_a_dependency_is_known(tmp_path: Path, files: Mapping[str, str], place: str | None) -> None:
    declared = read_declared(build_tree(tmp_path, files))
    assert place_of(tmp_path, declared, "celery") == place
