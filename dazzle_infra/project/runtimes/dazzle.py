"""Dazzle: it runs the model itself."""

from __future__ import annotations

from collections.abc import Iterable, Set
from pathlib import Path
from typing import TYPE_CHECKING

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.details import Binding, DataFolder, FirstUser, FixedVariable, OptionalVariable, Page
from dazzle_infra.project.runtimes.languages import PYTHON
from dazzle_infra.project.runtimes.record import Commands, RuntimeRecord
from dazzle_infra.project.runtimes.servers import KEEP_ALIVE_SECONDS
from dazzle_infra.requirements.model import Need

if TYPE_CHECKING:
    from dazzle_infra.appspec.model import AppSpec
    from dazzle_infra.requirements.facts import ProjectFacts
    from dazzle_infra.requirements.settings import Claim

__all__ = ["RUNTIME"]

_APP = "dazzle.http.runtime.app_factory:create_app_factory"
# Committed revisions are in the image, outside the volume of .dazzle. `dazzle db` would interpret DAZZLE_ENV as the
# name of an environment in dazzle.toml.
_MIGRATE = (
    "set -eu; unset DAZZLE_ENV; if ls /opt/app/migrations/versions/*.py >/dev/null 2>&1; then"
    " mkdir -p .dazzle/migrations/versions;"
    " cp /opt/app/migrations/versions/*.py .dazzle/migrations/versions/; fi; exec dazzle db upgrade"
)


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    # Not `dazzle serve --production`: Dazzle 0.125 exits there when the database is up to date.
    host = "0.0.0.0"  # noqa: S104 - in a container
    return Commands(
        serve=(
            *("uvicorn", _APP, "--factory", "--host", host, "--port", str(port), "--proxy-headers"),
            *("--timeout-keep-alive", str(KEEP_ALIVE_SECONDS)),
        ),
        migrate=("sh", "-c", _MIGRATE),
    )


def _variables(appspec: AppSpec, needs: Set[Need], facts: ProjectFacts) -> Iterable[Claim]:
    # The rules of the needs import the model, which commands that only read dazzle.toml do not load.
    from dazzle_infra.project.runtimes.dazzle_variables import dazzle_variables

    return dazzle_variables(appspec, needs, facts)


# dazzle-dsl 0.125, cli/auth.py: `get-user` exits 1 without the user, `create-user` exits 1 with it; both print to
# standard output, and the password only if they made it up themselves.
_CREATE_ADMIN = (
    "unset DAZZLE_ENV; "
    'dazzle auth get-user "${ADMIN_EMAIL:?}" >/dev/null 2>&1 || '
    'out=$(dazzle auth create-user "$ADMIN_EMAIL" --superuser --password "${ADMIN_PASSWORD:?}" 2>&1) || '
    '{ echo "$out" >&2; exit 1; }'
)

RUNTIME = RuntimeRecord(
    name="dazzle",
    title="Dazzle",
    language=PYTHON,
    package="dazzle-dsl",
    commands=_commands,
    # Routers, services, pages, static files, and committed migrations.
    paths=(
        ".dazzle/migrations",
        "app",
        "assets",
        "locales",
        "pages",
        "services",
        "site",
        "sitespec.yaml",
        "static",
        "templates",
        "themes",
    ),
    copies_sources=False,
    placeholder="dazzle.toml",
    reads_model=True,
    # Dazzle runs on no Python before 3.12, also where the project's own code would.
    lowest_python=12,
    variables=_variables,
    # Dazzle 0.125 has no worker command: its consumers run inside the application, with leases in PostgreSQL.
    works_in_process=True,
    has_image_commands=True,
    data_folders=(DataFolder("/app/.dazzle", "Dazzle's data: database revisions and uploads"),),
    imports=("dazzle.cli", "dazzle.http.runtime.app_factory", "uvicorn"),
    bindings=(
        Binding("DAZZLE_AWS_ENDPOINT_URL", "endpoint"),
        Binding("DAZZLE_EMAIL_PROVIDER", "mail_provider"),
        Binding("DAZZLE_SITE_URL", "public_url"),
        Binding("MAILPIT_HOST", "smtp_host"),
        Binding("MAILPIT_SMTP_PORT", "smtp_port"),
    ),
    fixed_variables=(
        FixedVariable(
            "DAZZLE_ALLOW_INSECURE_NO_AUTH",
            "1",
            purpose="Permission to start without sign-in",
            because="If dazzle.toml has no sign-in, Dazzle starts only with this permission. By default, only this "
            "machine can reach the ports.",
        ),
    ),
    optional_variables=(
        OptionalVariable(
            "DAZZLE_ENV",
            "development",
            "By default, the application behaves as in a deployment. `development` adds Dazzle's test endpoints, which "
            "allow anyone who can reach the port to read, change and delete all data.",
        ),
        OptionalVariable("WEB_CONCURRENCY", "1", "Server processes in the container."),
    ),
    secret_reasons=dict.fromkeys(
        ("DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"), "Dazzle, to sign tokens"
    ),
    pages=(Page("Application", "/app/"), Page("API documentation", "/docs")),
    webhook_path="/webhooks/",
    first_user=FirstUser(("dazzle", "auth", "create-user", "you@example.com", "--roles", "ROLE")),
    admin_command=("sh", "-c", _CREATE_ADMIN),
)
