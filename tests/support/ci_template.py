"""Answers of the CI template, and rendering of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.backends.answer_records import Binding, Store, Value
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.records import Check, CiEnvironment, Target
from tests.support.copiers import copier_of, render

__all__ = [
    "BARE",
    "EVERYTHING",
    "GITLAB",
    "SHAPES",
    "TEMPLATE",
    "TYPICAL",
    "copier_template",
    "on_gitlab",
    "render",
    "rendered",
]

TEMPLATE = Path(__file__).parents[2] / "copier-templates" / "ci"

DATABASE = Store(name="database", engine="postgresql", version="17", because="the application's data")
REDIS = Store(name="redis", engine="redis", version="8", because="asynchronous work")
URLS = [
    Binding(variable="DATABASE_URL", role="url", store="database", secret=True, required=True, because="the data"),
    Binding(variable="REDIS_URL", role="url", store="redis", secret=True, required=True, because="asynchronous work"),
]
VALUES = [
    Value(name="DATABASE_URL", value="postgresql://test:test@127.0.0.1:5432/test"),
    Value(name="REDIS_URL", value="redis://127.0.0.1:6379/0"),
    Value(name="SESSION_SECRET", value="test-only-session-secret-which-is-no-secret"),
]
SERVER = Target.model_validate(
    {
        "name": "server",
        "folder": "infra/server",
        "login": "ssh",
        "tools": ["ssh"],
        "variables": [
            {"name": "SSH_PRIVATE_KEY", "secret": True, "because": "the key of the user that deploys"},
            {"name": "SSH_KNOWN_HOSTS", "because": "the keys of the machine"},
        ],
    }
)
CLOUD = Target.model_validate(
    {
        "name": "terraform",
        "folder": "infra/terraform",
        "login": "aws",
        "tools": ["aws"],
        "variables": [
            {"name": "AWS_REGION", "because": "the region of the environment"},
            {"name": "AWS_DEPLOY_ROLE", "because": "the ARN of the role that deploys"},
            {"name": "AWS_PLAN_ROLE", "because": "the ARN of the role that plans", "use": "plan"},
            {"name": "AWS_APPLY_ROLE", "because": "the ARN of the role that applies", "use": "apply"},
        ],
        "infrastructure": "terraform",
        "infrastructure_version": "1.11.0",
    }
)
OTHER = Target.model_validate(
    {
        "name": "charts",
        "folder": "infra/charts",
        "tools": ["helm"],
        "variables": [
            {"name": "CLUSTER_TOKEN", "secret": True, "because": "the token of the cluster"},
            {"name": "CLUSTER_URL", "per_environment": False, "because": "the address of the cluster"},
        ],
    }
)


def moved(target: Target, root: str) -> Target:
    """Return a target of a project below the top of its repository."""
    return target.model_copy(update={"folder": f"{root}/{target.folder}"})


BARE = CiAnswers(app_name="bare", app_title="Bare")
TYPICAL = CiAnswers(
    app_name="ticket-desk",
    app_title="Ticket Desk",
    install=["pip install uv==0.11.7", "uv sync --locked"],
    checks=[Check(name="lint", command="uv run ruff check"), Check(name="test", command="uv run pytest")],
    stores=[DATABASE, REDIS],
    bindings=URLS,
    test_variables=VALUES,
    migrate=["sh", "-c", 'migrate "$HOME" && true'],
    dockerfile="infra/docker/Dockerfile",
    targets=[CLOUD, SERVER],
    environments=[
        CiEnvironment(
            name="staging", target="terraform", profile="staging", approval=False, root="infra/terraform/envs/staging"
        ),
        CiEnvironment(name="production", target="server", domain="desk.example.com"),
    ],
)
EVERYTHING = CiAnswers(
    app_name="all-of-it",
    app_title='All "of" it: $HOME & <more>',
    project_root="apps/all",
    prefix="all-of-it-",
    branch="release/next",
    deploy="tag",
    runner="ubuntu-24.04-arm",
    registry="registry.example.com/acme/all-of-it",
    migrations="manual",
    language="node",
    language_version="24",
    install=["corepack enable", "pnpm install --frozen-lockfile"],
    checks=[
        Check(name="lint", command="pnpm run lint"),
        Check(name="test", command="pnpm run test"),
        Check(name="dazzle validate", command="dazzle validate"),
    ],
    stores=[DATABASE, REDIS, Store(name="files-bucket", engine="s3", because="stored files")],
    bindings=[
        *URLS,
        Binding(variable="FILES_BUCKET", role="bucket", store="files-bucket", required=True, because="stored files"),
    ],
    test_variables=[*VALUES, Value(name="GREETING", value='it\'s "5 $" # not a comment')],
    migrate=["node", "migrate.js", 'it\'s "quoted"'],
    dockerfile="infra/my docker/Dockerfile",
    build_context="../..",
    build_arguments=[Value(name="MODE", value="a b")],
    build_secrets=["INDEX_TOKEN"],
    platforms=["linux/amd64", "linux/arm64"],
    targets=[
        moved(CLOUD, "apps/all").model_copy(update={"infrastructure": "tofu"}),
        moved(SERVER, "apps/all"),
        moved(OTHER, "apps/all"),
    ],
    environments=[
        CiEnvironment(
            name="dev",
            target="terraform",
            profile="development",
            approval=False,
            root="apps/all/infra/terraform/envs/dev",
        ),
        CiEnvironment(name="staging", target="server", profile="staging", approval=False, domain="s.example.com"),
        CiEnvironment(name="prod", target="terraform", root="apps/all/infra/terraform/envs/prod"),
        CiEnvironment(name="prod-eu", target="charts", domain="eu.example.com", image="registry.example.com/all:1"),
    ],
)


def on_gitlab(answers: CiAnswers) -> CiAnswers:
    """Return the same answers for GitLab."""
    return answers.model_copy(update={"provider": "gitlab", "runner": ""})


GITLAB = on_gitlab(TYPICAL)
SHAPES = {
    "bare": BARE,
    "typical": TYPICAL,
    "everything": EVERYTHING,
    "gitlab": GITLAB,
    "gitlab-bare": on_gitlab(BARE),
    "gitlab-everything": on_gitlab(EVERYTHING),
}


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
    return render(copier_of(TEMPLATE), folder / f"ci-{shape}", SHAPES[shape])
