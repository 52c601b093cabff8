"""The Terraform template for the fixtures of pytest-copier, and answers to render it with.

A module that imports the fixtures has them for itself: the plugin's own `copier_template` lives as long as the
session, so that it would give every module the template of the first one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.backends.terraform.answers import Schedule, TerraformAnswers
from dazzle_infra.backends.terraform.entry_points import CloudEntryPoint as EntryPoint
from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.clouds.aws.profiles import EnvironmentSettings, resolve
from dazzle_infra.values.records import Variable
from tests.support.copiers import copier_of, render

__all__ = [
    "BARE",
    "EVERYTHING",
    "EXPRESS",
    "IMAGE",
    "SHAPES",
    "TEMPLATE",
    "TYPICAL",
    "copier_template",
    "environment",
    "render",
    "rendered",
    "shapes",
]

TEMPLATE = Path(__file__).parents[2] / "copier-templates" / "terraform"
IMAGE = "registry.example.com/desk/app:1.4.2"


def environment(name: str, **settings: object) -> Environment:
    """Return an environment of the kind that its name says."""
    return resolve(name, EnvironmentSettings.model_validate(settings))


BARE = TerraformAnswers(app_name="bare", app_title="Bare", database=False, environments=[environment("dev")])
TYPICAL = TerraformAnswers(
    app_name="ticket-desk",
    app_title="Ticket Desk",
    environments=[
        environment("dev"),
        environment("staging", region="eu-central-1"),
        environment("prod", domain_name="desk.example.com", dns_zone="example.com", container_image=IMAGE),
    ],
    cache=True,
    queue=True,
    worker=True,
    webhooks=True,
    schedules=[Schedule(name="daily_report")],
    settings=[
        Variable(name="PAGER_DUTY_BASE_URL", value="https://api.pagerduty.example", because="integration pager_duty")
    ],
    secrets=[Variable(name="PAGER_DUTY_API_KEY", secret=True, because="integration pager_duty")],
)
EVERYTHING = TerraformAnswers(
    app_name="all-of-it-and-a-long",
    app_title='All "of" it, for $9 & `more` ${x} %{if y}',
    directory="deploy/cloud",
    environments=[
        environment(
            "prod-eu-west",
            region="eu-west-1",
            account_id="123456789012",
            state_bucket="all-of-it-tfstate",
            state_kms_key="arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            container_image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/all/of-it@sha256:" + 64 * "a",
            container_architecture="arm64",
            domain_name="all.example.com",
            mail_domain="mail.example.org",
            network_cidr="10.64.0.0/18",
            zone_count=4,
            excluded_zone_ids=["euw1-az2"],
            private_endpoints=True,
            egress_ports=[587],
            shell_access=True,
            app_cpu=4096,
            app_memory_mb=16384,
            database_instance="db.r7g.large",
            alarm_email="ops@example.com",
        ),
        environment("dev", domain_name="dev.example.com", dns_zone="example.com", log_retention_days=7),
    ],
    deployer_service="github",
    deployer_project="acme/all-of-it",
    deployer_issuer="https://token.actions.githubusercontent.com",
    entry_points=[
        EntryPoint(name="web", command=["uvicorn", "site:app", "--port", "8080"], port=8080, health_path="/up"),
        EntryPoint(
            name="admin-api",
            command=["python", "-m", "admin"],
            port=9100,
            path="/admin",
            health_host="all.example.com",
            proxy="always",
        ),
        EntryPoint(name="hooks", command=["gunicorn", "hooks"], port=9200, path="/hooks/in", forwarded_from="any"),
    ],
    cache=True,
    queue=True,
    worker=True,
    worker_command=["python", "-m", "worker", "--queue=${DEFAULT}"],
    scheduler=True,
    scheduler_command=["python", "-m", "scheduler"],
    schedules=[
        Schedule(name="daily_report", expression="cron(0 9 * * ? *)", timezone="Europe/Berlin"),
        Schedule(name="hourly", expression="rate(1 hour)"),
    ],
    storage=True,
    storage_buckets=["ARCHIVE_BUCKET", "S3_BUCKET"],
    storage_endpoints=["S3_ENDPOINT_URL"],
    storage_regions=["AWS_REGION"],
    mail=True,
    webhooks=True,
    ledger=True,
    settings=[
        Variable(name="CRM_REGION", because="integration crm"),
        Variable(name="ERP_URL", value="https://erp.example:8443/api", because="integration erp"),
        Variable(name="CRM_URL", value="https://{tenant}.crm.example/${x}", because="integration crm"),
    ],
    secrets=[
        Variable(name="CRM_TOKEN", secret=True, because="integration crm"),
        Variable(name="OPENAI_API_KEY", secret=True, because="llm_model fast | slow"),
    ],
)
EXPRESS = TerraformAnswers(
    app_name="shop",
    app_title="Shop",
    deployer_service="gitlab",
    deployer_project="acme/web/shop",
    deployer_branch="main",
    deployer_issuer="https://gitlab.example.com",
    runtime="express",
    entry_points=[EntryPoint(name="web", command=["node", "server.js"], port=3000, proxy="always")],
    worker=True,
    worker_command=["node", "worker.js"],
    mail=True,
    webhooks=True,
    generated_secrets=[],
)
SHAPES = {"bare": BARE, "typical": TYPICAL, "everything": EVERYTHING, "express": EXPRESS}


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
    return render(copier_of(TEMPLATE), temporary / "terraform-shapes" / shape, SHAPES[shape])
