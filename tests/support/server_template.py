"""Answers of the server template, and rendering of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.backends.answer_records import Binding, Store, Value
from dazzle_infra.backends.server.answers import ServerAnswers, ServerEnvironment
from dazzle_infra.backends.server.records import (
    Schedule,
    Secret,
    Service,
    Setting,
    WritablePath,
)
from dazzle_infra.backends.server.sizes import memory_of, postgres_sizes
from dazzle_infra.workload.model import Engine, Kind
from tests.support.copiers import copier_of, render

__all__ = [
    "BARE",
    "EVERYTHING",
    "SHAPES",
    "TEMPLATE",
    "TYPICAL",
    "copier_template",
    "engines_of",
    "environment",
    "kinds_of",
    "render",
    "rendered",
]

TEMPLATE = Path(__file__).parents[2] / "copier-templates" / "server"


def service(name: str, kind: str, *command: str, **fields: object) -> Service:
    """Return a service of the application."""
    return Service.model_validate({"name": name, "kind": kind, "command": list(command), **fields})


WEB = service("web", "web", "serve", "--port", "8000", port=8000, path="/", health_path="/health")
WORKER = service("worker", "worker", "work", stop_seconds=120)
MIGRATE = service("migrate", "release", "sh", "-c", 'migrate "$HOME" && true', stop_seconds=120)
DATABASE = Store(name="database", engine="postgresql", version="17", because="the application's data")
REDIS = Store(name="redis", engine="redis", version="8", because="asynchronous work")
URLS = [
    Binding(variable="DATABASE_URL", role="url", store="database", secret=True, required=True, because="the data"),
    Binding(variable="FORWARDED_ALLOW_IPS", role="trusted_proxies", because="the server uvicorn"),
    Binding(variable="REDIS_URL", role="url", store="redis", secret=True, required=True, because="asynchronous work"),
    Binding(variable="SITE_URL", role="public_url", required=True, because="the runtime"),
]


def kinds_of(services: list[Service]) -> dict[str, Kind]:
    """Return the kind of each service, by name."""
    return {one.name: one.kind for one in services}


def engines_of(stores: list[Store]) -> set[Engine]:
    """Return the engines of stores."""
    return {one.engine for one in stores}


def environment(
    name: str,
    services: list[Service],
    stores: list[Store],
    *,
    own: bool = False,
    monitoring: bool = False,
    **fields: object,
) -> ServerEnvironment:
    """Return an environment whose limits fit the services."""
    megabytes = fields.get("memory_mb", 2048)
    assert isinstance(megabytes, int)
    memory = memory_of(megabytes, kinds_of(services), engines_of(stores), own_storage=own, monitoring=monitoring)
    return ServerEnvironment.model_validate(
        {"name": name, "memory": memory, "postgres": postgres_sizes(memory), **fields}
    )


BARE = ServerAnswers(
    app_name="bare",
    app_title="Bare",
    services=[WEB],
    environments=[environment("production", [WEB], [], domain="bare.example.com", host="203.0.113.10", memory_mb=1024)],
)
TYPICAL = ServerAnswers(
    app_name="ticket-desk",
    app_title="Ticket Desk",
    services=[WEB, WORKER, MIGRATE],
    stores=[DATABASE, REDIS],
    bindings=URLS,
    settings=[Setting(name="PAGER_BASE_URL", value="https://pager.example.com", because="integration pager")],
    secrets=[
        Secret(name="PAGER_API_KEY", because="integration pager"),
        Secret(name="SESSION_SECRET", generated=True, because="the runtime"),
    ],
    writable_paths=[WritablePath(path="/app/data", persistent=True), WritablePath(path="/tmp")],  # noqa: S108
    environments=[
        environment(
            "production",
            [WEB, WORKER],
            [DATABASE, REDIS],
            domain="desk.example.com",
            host="203.0.113.10",
            directory="/srv/ticket-desk",
            backup_repository="s3:https://s3.example.com/backups",
        )
    ],
)
LIVE = service(
    "live-updates", "process", "python", "-m", "live", port=8010, path="/live", health_path="/live/up",
    variables=[Value(name="PORT", value="8010")],
)  # fmt: skip
NIGHTLY = service("nightly", "scheduled", "tick", "${NOT}", variables=[Value(name="SCHEDULE_NAME", value="nightly")])
BUCKET = Store(name="files-bucket", engine="s3", because="stored files")
MAIL = Store(name="mail", engine="smtp", because="e-mail")
_SERVICES = [WEB.model_copy(update={"health_host": "all.example.com"}), LIVE, WORKER, MIGRATE, NIGHTLY]
_STORES = [DATABASE, BUCKET, MAIL, REDIS]
EVERYTHING = ServerAnswers(
    app_name="all-of-it-and-a-longer-name",
    app_title='All "of" it, for $9 & `more` ${x} %{if y}',
    directory="deploy/machines",
    services=_SERVICES,
    stores=_STORES,
    bindings=[
        *URLS,
        Binding(variable="FILES_BUCKET", role="bucket", store="files-bucket", required=True, because="stored files"),
        Binding(variable="FILES_ENDPOINT", role="endpoint", required=True, because="stored files"),
        Binding(variable="FILES_REGION", role="region", because="stored files"),
        Binding(variable="SMTP_HOST", role="smtp_host", store="mail", required=True, because="e-mail"),
        Binding(variable="SMTP_PORT", role="smtp_port", store="mail", required=True, because="e-mail"),
    ],
    settings=[Setting(name="GREETING", value="it's \"5 $\" # not a comment", because="entity Greeting")],
    secrets=TYPICAL.secrets,
    writable_paths=TYPICAL.writable_paths,
    schedules=[Schedule(name="nightly", calendar=["*-*-* 03:00:00 Europe/Berlin"])],
    tenant_domain="tenants.example.com",
    object_storage="own",
    monitoring=True,
    dockerfile="infra/my docker/Dockerfile",
    build_secrets=["INDEX_TOKEN"],
    environments=[
        environment(
            "production", _SERVICES, _STORES, own=True, monitoring=True, domain="all.example.com", host="203.0.113.10",
            port=2222, jump_host="jump@bastion.example.com:22", architecture="arm64", memory_mb=8192,
            directory="/srv/all-of-it", acme_email="ops@example.com", alert_email="ops@example.com",
            alert_webhook="https://hooks.example.com/x", backup_repository="sftp:backup@203.0.113.20:/backups",
        ),
        environment(
            "staging", _SERVICES, _STORES, own=True, monitoring=True, profile="staging", domain="staging.example.com",
            host="2001:db8::10", memory_mb=4096, directory="/srv/all-of-it",
        ),
    ],
)  # fmt: skip
SHAPES = {"bare": BARE, "typical": TYPICAL, "everything": EVERYTHING}


@pytest.fixture(scope="session")
def copier_template() -> Path:
    """Return the template, for the fixtures of pytest-copier."""
    return TEMPLATE


@cache
def rendered(shape: str, folder: Path) -> Path:
    """Return a shape that was rendered once below `folder`; copy it to change it.

    Args:
        shape: A key of `SHAPES`.
        folder: A folder of the session.
    """
    return render(copier_of(TEMPLATE), folder / f"server-{shape}", SHAPES[shape])
