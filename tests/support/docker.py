"""The Docker template for the fixtures of pytest-copier, and answers to render it with.

A module that imports the fixtures has them for itself: the plugin's own `copier_template` lives as long as the
session, so that it would give every module the template of the first one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.runtime_answers import runtime_answers
from dazzle_infra.project.runtimes import runtime_record
from dazzle_infra.values.records import EntryPoint, Variable
from tests.support.copiers import copier_of

__all__ = [
    "BARE",
    "EVERYTHING",
    "SHAPES",
    "TEMPLATE",
    "TYPICAL",
    "answers_of",
    "copier_template",
    "render",
    "rendered",
    "shapes",
]

TEMPLATE = Path(__file__).parents[2] / "copier-templates" / "docker"
STORAGE_SECRETS = [*DockerAnswers().secrets, "STORAGE_SECRET_KEY"]


def answers_of(runtime: str, **answers: Any) -> DockerAnswers:
    """Return answers for a runtime, with what follows from it."""
    record, entry_points = runtime_record(runtime), answers.get("entry_points") or [EntryPoint(name="web")]
    migrates = record.has_image_commands or bool(answers.get("migrate_command"))
    return DockerAnswers(
        **{
            **runtime_answers(record, entry_points[0].command),
            "runs_migrations": answers.get("database", True) and migrates,
            **answers,
        }
    )


BARE = DockerAnswers()
TYPICAL = DockerAnswers(
    app_name="ticket-desk",
    app_title="Ticket Desk",
    image_name="ticket_desk",
    dependencies="uv",
    copy_paths=["dazzle.toml", "dsl", "services"],
    redis=True,
    worker=True,
    webhooks=True,
    variables=[
        Variable(name="PAGER_DUTY_API_KEY", secret=True, because="integration pager_duty"),
        Variable(name="PAGER_DUTY_BASE_URL", value="https://api.pagerduty.example", because="integration pager_duty"),
    ],
)
EVERYTHING = DockerAnswers(
    app_name="all_of-it",
    app_title='All "of" it, for $9 & `more`',
    image_name="ghcr.io/acme/all-of-it",
    directory="deploy/local",
    python_version="3.13",
    dazzle_extras=["aws", "llm", "redis", "serve"],
    copy_paths=["assets", "dazzle.toml", "dsl", "my services"],
    entry_points=[
        EntryPoint(name="web", command=["uvicorn", "site:app", "--port", "8080"], port=8080, health_path="/up"),
        EntryPoint(name="admin-api", command=["python", "-m", "admin"], port=9100, path="/admin"),
        EntryPoint(name="hooks", command=["python", "-m", "hooks"], port=9200, path="/hooks"),
    ],
    redis=True,
    worker=True,
    worker_command=["python", "-m", "worker", "--queue=$DEFAULT"],
    scheduler=True,
    scheduler_command=["python", "-m", "scheduler"],
    mail=True,
    storage=True,
    storage_buckets=[
        Variable(name="ARCHIVE_BUCKET", value="archive", because="storage archive"),
        Variable(name="S3_BUCKET", value="attachments", because="storage attachments"),
    ],
    storage_endpoints=["DAZZLE_AWS_ENDPOINT_URL", "S3_ENDPOINT_URL"],
    storage_regions=["AWS_REGION"],
    webhooks=True,
    ledger=True,
    variables=[
        Variable(name="CRM_REGION", because="integration crm"),
        Variable(name="CRM_TOKEN", secret=True, because="integration crm"),
        Variable(name="CRM_URL", value="https://{tenant}.crm.example", because="integration crm"),
    ],
    secrets=STORAGE_SECRETS,
)


DJANGO = answers_of(
    app_name="shop",
    app_title="Shop",
    image_name="shop",
    runtime="django",
    dependencies="uv",
    packages=["gunicorn==27.0.1"],
    develop_command=["python", "manage.py", "runserver", "0.0.0.0:8000"],
    migrate_command=["python", "manage.py", "migrate", "--noinput"],
    copy_paths=["manage.py", "shop"],
    entry_points=[EntryPoint(name="web", command=["gunicorn", "shop.wsgi:application", "--bind", "0.0.0.0:8000"])],
    redis=True,
    worker=True,
    worker_command=["celery", "--app", "shop", "worker"],
    mail=True,
    secrets=["POSTGRES_PASSWORD", "SECRET_KEY"],
)
FASTAPI = answers_of(
    runtime="fastapi",
    dependencies="requirements",
    develop_command=["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000", "--reload"],
    copy_paths=["main.py"],
    entry_points=[EntryPoint(name="web", command=["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"])],
    secrets=["POSTGRES_PASSWORD"],
)
EXPRESS = answers_of(
    runtime="express",
    dependencies="npm",
    develop_command=["node", "--watch", "server.js"],
    copy_paths=["routes", "server.js"],
    entry_points=[EntryPoint(name="web", command=["node", "server.js"], port=3000)],
    storage=True,
    storage_buckets=[Variable(name="STORAGE_BUCKET", value="app-storage")],
    secrets=["POSTGRES_PASSWORD", "STORAGE_SECRET_KEY"],
)
REACT = answers_of(
    runtime="react",
    dependencies="pnpm",
    package_manager="pnpm@10.18.0",
    build_command=["npm", "run", "build"],
    develop_command=["npx", "vite", "--host", "0.0.0.0", "--port", "5173", "--strictPort"],
    copy_paths=["index.html", "public", "src"],
    entry_points=[EntryPoint(name="web", command=["caddy", "run", "--config", "/etc/caddy/Caddyfile"], port=3000)],
    database=False,
    secrets=[],
)

SHAPES = {
    "bare": BARE,
    "typical": TYPICAL,
    "everything": EVERYTHING,
    "django": DJANGO,
    "fastapi": FASTAPI,
    "express": EXPRESS,
    "react": REACT,
}


def render(copier: CopierFixture, project: Path, answers: DockerAnswers) -> Path:
    """Render into the project at the place that the answers name, and return that place."""
    data: dict[str, Any] = answers.model_dump(mode="json")
    return copier.copy(project / answers.directory, **data).path


@pytest.fixture(scope="session")
def copier_template() -> Path:
    """Render from the sources as they lie there: no repository has to be cloned for each render."""
    return TEMPLATE


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Render each of `SHAPES` once, for tests that only read; return where, by name."""
    return {name: rendered(name, tmp_path_factory.getbasetemp()) for name in SHAPES}


@cache
def rendered(shape: str, temporary: Path) -> Path:
    """Render one of `SHAPES` below the folder, the first time that it is asked for; return where it is, to be read."""
    return render(copier_of(TEMPLATE), temporary / "docker-shapes" / shape, SHAPES[shape])
