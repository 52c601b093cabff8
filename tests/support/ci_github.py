"""Answers of the CI template for GitHub, which differ in what a workflow depends on, and rendering of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from dazzle_infra.backends.answer_records import Value
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.records import Check, CiEnvironment, Target, TargetVariable
from tests.support.ci_template import BARE, CLOUD, DATABASE, EVERYTHING, REDIS, SERVER, TEMPLATE, VALUES, moved, render
from tests.support.copiers import copier_of

__all__ = ["SHAPES", "STRANGER", "TYPICAL", "rendered", "stage"]

CHECKS = [
    Check(name="Lint", command="ruff check"),
    Check(name="Test", command="python -m pytest -q"),
    Check(name="Validate the model", command="dazzle validate"),
]
STRANGER = Target(
    name="ships",
    folder="apps/shop/deploy/ships",
    login="none",
    tools=["shipctl"],
    variables=[
        TargetVariable(name="SHIP_TOKEN", secret=True, because="the login of shipctl"),
        TargetVariable(name="SHIP_REGION", per_environment=False, because="where ships are"),
    ],
)


def stage(name: str, target: Target, *, domain: str = "") -> CiEnvironment:
    """Return an environment; production asks a person.

    Args:
        name: Its name, which is also its profile; other names are production as well.
        target: What deploys it.
        domain: Its domain.
    """
    profile = name if name in ("development", "staging") else "production"
    return CiEnvironment.model_validate(
        {
            "name": {"development": "dev"}.get(name, name),
            "target": target.name,
            "profile": profile,
            "approval": profile == "production",
            "domain": domain,
            "root": f"{target.folder}/envs/{name}" if target.infrastructure else "",
        }
    )


TYPICAL: Final = CiAnswers(
    app_name="ticket-desk",
    app_title="Ticket Desk",
    install=["python -m pip install -r requirements.txt", "python -m pip install pytest ruff"],
    checks=CHECKS,
    stores=[DATABASE, REDIS],
    test_variables=VALUES,
    migrate=["sh", "-c", 'migrate "$HOME" && true'],
    dockerfile="infra/docker/Dockerfile",
    targets=[SERVER],
    environments=[stage("staging", SERVER, domain="staging.example.com"), stage("production", SERVER)],
)
ON_CLOUD: Final = TYPICAL.model_copy(
    update={
        "app_name": "desk",
        "targets": [CLOUD],
        "environments": [stage("development", CLOUD), stage("staging", CLOUD), stage("production", CLOUD)],
        "platforms": ["linux/arm64"],
        "migrations": "manual",
    }
)
_TOFU = moved(CLOUD, "apps/shop").model_copy(update={"infrastructure": "tofu"})
_OWN_SERVER = moved(SERVER, "apps/shop")
BELOW: Final = TYPICAL.model_copy(
    update={
        "app_name": "shop",
        "app_title": 'All "of" it, for $9 & `more` | <x> # y',
        "project_root": "apps/shop",
        "prefix": "shop-",
        "branch": "release/1.x",
        "deploy": "tag",
        "runner": "our-runner.large",
        "language": "node",
        "language_version": "22",
        "install": ["npm ci"],
        "checks": [Check(name="lint: all", command="npm run lint -- --fix=false 'a b' # note"), *CHECKS[1:]],
        "registry": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop",
        "migrations": "manual",
        "dockerfile": "infra/my docker/Dockerfile",
        "build_context": ".",
        "build_arguments": [Value(name="MOTTO", value='it\'s "$5" & `more`')],
        "build_secrets": ["INDEX_TOKEN"],
        "platforms": ["linux/amd64", "linux/arm64"],
        "targets": [STRANGER, _OWN_SERVER, _TOFU],
        "environments": [
            stage("development", STRANGER),
            stage("staging", _TOFU, domain="staging.example.com"),
            stage("prod-eu", _TOFU),
            stage("prod-own", _OWN_SERVER),
        ],
    }
)
PLAIN: Final = CiAnswers(
    app_name="plain",
    app_title="Plain",
    install=["npm ci"],
    language="node",
    language_version="24",
    registry="registry.example.com:5000/acme/plain",
    targets=[STRANGER.model_copy(update={"folder": "deploy/ships"})],
    environments=[stage("production", STRANGER).model_copy(update={"approval": False})],
)
SHAPES: Final = {
    "bare": BARE,
    "plain": PLAIN,
    "typical": TYPICAL,
    "cloud": ON_CLOUD,
    "below": BELOW,
    "everything": EVERYTHING,
}


@cache
def rendered(shape: str, folder: Path) -> Path:
    """Return a shape that was rendered once below `folder`; copy it to change it.

    Args:
        shape: A key of `SHAPES`.
        folder: A folder of the session.
    """
    return render(copier_of(TEMPLATE), folder / f"ci-github-{shape}", SHAPES[shape])
