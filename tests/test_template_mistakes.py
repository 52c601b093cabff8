"""Wrong answers that someone gives to a template itself, by plain Copier."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.answers import DockerAnswers, TerraformAnswers
from tests.support import docker, terraform_template
from tests.support.copiers import copier_of

WEB = DockerAnswers().model_dump(mode="json")["entry_points"][0]
DEV = TerraformAnswers().model_dump(mode="json")["environments"][0]
API = {**WEB, "name": "api", "path": "/api", "command": ["x"]}
DAILY = {"name": "daily", "expression": "cron(0 9 * * ? *)", "timezone": "UTC"}
VARIABLE = {"name": "A", "secret": False, "value": "", "because": ""}
Mistake = tuple[dict[str, Any], str]


def clock(**schedule: str) -> dict[str, Any]:
    return {"scheduler": True, "scheduler_command": ["x"], "schedules": [{**DAILY, **schedule}]}


EITHER: list[Mistake] = [
    ({"app_name": "Ticket Desk"}, "lower-case letters"),
    ({"app_title": "bell \x07"}, "without control characters"),
    ({"directory": "../elsewhere"}, "inside the project"),
    ({"directory": "/etc"}, "inside the project"),
    ({"directory": "in fra"}, "inside the project"),
    ({"runtime": "cobol"}, "cobol"),
    ({"entry_points": []}, "the first entry point is `web`"),
    ({"entry_points": [{**WEB, "name": "site"}]}, "the first entry point is `web`"),
    ({"entry_points": [{**WEB, "extra": 1}]}, "has exactly"),
    ({"entry_points": [{**WEB, "port": 70000}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "port": "8000"}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "command": "serve"}]}, "a command is a list of texts"),
    ({"worker_command": "python -m worker"}, "a command is a list of texts"),
    ({"scheduler": True}, "a scheduler needs a command"),
]
DOCKER: list[Mistake] = [
    ({"app_name": "app\n"}, "lower-case letters"),
    ({"app_title": "  "}, "not empty"),
    ({"image_name": "app:latest"}, "no tag"),
    ({"image_name": "App"}, "lower case"),
    ({"directory": "infra/../.."}, "inside the project"),
    ({"project_root": "../x"}, "as many `..`"),
    ({"python_version": "3"}, "3.12"),
    ({"node_version": "24-slim"}, "a major version"),
    ({"dependencies": "conda"}, "conda"),
    ({"dependencies": "npm"}, "npm is not where the packages of dazzle come from"),
    ({"runtime": "express"}, "generated is not where the packages of express come from"),
    ({"package_manager": "pnpm"}, "an exact version"),
    ({"package_manager": "npm@1.2.3; x"}, "an exact version"),
    ({"packages": ["gunicorn"]}, "gunicorn is not a package with an exact version"),
    ({"packages": ["a==1 b"]}, "a==1 b is not a package"),
    ({"build_command": "npm run build"}, "a command is a list of texts"),
    ({"build_command": ["npm", "run", "a && b"]}, "a && b would mean something else to a shell"),
    ({"build_output": "../dist"}, "the name of a folder"),
    ({"build_output": ".."}, "the name of a folder"),
    ({"develop_command": "vite"}, "a command is a list of texts"),
    ({"runtime": "react", "dependencies": "npm"}, "react needs a development server"),
    ({"migrate_command": ["x"]}, "Dazzle has its own"),
    ({"runtime": "django", "copy_paths": ["a"]}, "web needs a command"),
    (
        {"runtime": "django", "copy_paths": ["a"], "entry_points": [{**WEB, "command": ["x"]}], "worker": True},
        "a worker needs a command",
    ),
    ({"dazzle_version": "0.125.0; rm"}, "0.125.0"),
    ({"dazzle_extras": ["serve]"]}, "serve]"),
    ({"copy_paths": ["dsl"]}, "dazzle.toml must be among them"),
    ({"copy_paths": ["dazzle.toml", "../dsl"]}, "../dsl is not a path inside the project"),
    ({"copy_paths": ["dazzle.toml", "a/../../b"]}, "a/../../b is not a path"),
    ({"copy_paths": ["dazzle.toml", "/etc/passwd"]}, "/etc/passwd is not a path"),
    ({"copy_paths": ["dazzle.toml", "$HOME"]}, "$HOME is not a path"),
    ({"entry_points": [{**WEB, "health_path": "health"}]}, "a health_path"),
    ({"entry_points": [{**WEB, "health_path": "/'+x+'"}]}, "a health_path"),
    ({"entry_points": [{**WEB, "command": [1]}]}, "a command is a list of texts"),
    ({"entry_points": [WEB, {**WEB, "name": "redis", "port": 1, "command": ["x"]}]}, "redis cannot name"),
    ({"entry_points": [WEB, {**WEB, "name": "a_b", "port": 1, "command": ["x"]}]}, "a_b cannot name"),
    ({"entry_points": [WEB, {**WEB, "name": "admin", "port": 1}]}, "admin needs a command"),
    ({"entry_points": [WEB, {**WEB, "name": "admin", "command": ["x"]}]}, "the same port"),
    ({"entry_points": [WEB, {**WEB, "port": 1, "command": ["x"]}]}, "the same name"),
    ({"storage_buckets": [{**VARIABLE, "value": "Bad_Bucket"}]}, "the name of a bucket"),
    ({"storage_endpoints": ["S3 URL"]}, "S3 URL is not the name of an environment variable"),
    ({"storage_regions": ["1"]}, "1 is not the name of an environment variable"),
    ({"variables": [{"name": "A"}]}, "has exactly"),
    ({"variables": [{**VARIABLE, "name": "A-B"}]}, "A-B is not the name of an environment variable"),
    ({"variables": [{**VARIABLE, "secret": True, "value": "x"}]}, "A is a secret, so it has no value here"),
    ({"variables": [{**VARIABLE, "because": "\x1b[2J"}]}, "A has control characters"),
    ({"secrets": ["POSTGRES_PASSWORD", "A B"]}, "A B is not the name of an environment variable"),
    ({"secrets": []}, "POSTGRES_PASSWORD must be among them"),
    ({"storage": True}, "STORAGE_SECRET_KEY must be among them"),
]
TERRAFORM: list[Mistake] = [
    ({"app_name": "desk\n"}, "lower-case letters"),
    ({"app_name": "a--b"}, "single hyphens"),
    ({"app_name": "a" * 21}, "at most 20 characters"),
    ({"app_title": " "}, "not empty"),
    ({"cloud_provider": "moon"}, "moon"),
    ({"environments": []}, "at least one environment"),
    ({"environments": [DEV, DEV]}, "the same name"),
    ({"environments": ["dev"]}, "has exactly"),
    ({"environments": [{"name": "dev"}]}, "has exactly"),
    ({"environments": [{**DEV, "colour": "red"}]}, "has exactly"),
    ({"environments": [{**DEV, "name": "../x"}]}, "lower-case letters"),
    ({"environments": [{**DEV, "name": "a" * 13}]}, "at most 12 characters"),
    ({"environments": [{**DEV, "profile": "huge"}]}, "development, staging or production"),
    ({"environments": [{**DEV, "region": "mars"}]}, "is no region"),
    ({"environments": [{**DEV, "zone_count": "2"}]}, "zone_count is a whole number"),
    ({"environments": [{**DEV, "web_firewall": "yes"}]}, "web_firewall is true or false"),
    ({"environments": [{**DEV, "domain_name": 7}]}, "domain_name is a text"),
    ({"environments": [{**DEV, "profile": "production", "container_image": "r.io/a:latest"}]}, "tagged latest"),
    ({"entry_points": [{**WEB, "path": "/site"}]}, "the path of `web` is /"),
    ({"entry_points": [{**WEB, "health_path": "/${x}"}]}, "a path begins with /"),
    ({"entry_points": [WEB, {**API, "name": "worker"}]}, "worker cannot name"),
    ({"entry_points": [WEB, {**API, "name": "a_b"}]}, "a_b cannot name"),
    ({"entry_points": [WEB, {**API, "command": []}]}, "api needs a command"),
    ({"entry_points": [WEB, API, {**API, "path": "/b"}]}, "the same name"),
    ({"entry_points": [WEB, API, {**API, "name": "b"}]}, "the same path"),
    ({"scheduler_command": [1]}, "a command is a list of texts"),
    (clock(name="bad name"), "1 to 64 letters"),
    (clock(expression="0 9 * * *"), "neither cron(...) nor rate(...)"),
    (clock(timezone="Europe/Ber lin"), "is no time zone"),
    ({"storage": True}, "name at least one variable"),
    ({"storage_buckets": ["S3 BUCKET"]}, "S3 BUCKET is not the name of an environment variable"),
    ({"settings": [{"name": "A"}]}, "has exactly"),
    ({"settings": [{**VARIABLE, "name": "A-B"}]}, "A-B is not the name of an environment variable"),
    ({"secrets": [{**VARIABLE, "secret": True, "value": "x"}]}, "A is a secret, so it has no value here"),
    ({"secrets": [{**VARIABLE, "name": "1"}]}, "1 is not the name of an environment variable"),
    ({"generated_secrets": ["A B"]}, "A B is not the name of an environment variable"),
]
MISTAKES = [
    *((docker.TEMPLATE, mistake) for mistake in (*EITHER, *DOCKER)),
    *((terraform_template.TEMPLATE, mistake) for mistake in (*EITHER, *TERRAFORM)),
]


@pytest.mark.parametrize(
    ("template", "mistake"), MISTAKES, ids=[f"{template.name}-{mistake}"[:90] for template, mistake in MISTAKES]
)
def test_a_wrong_answer_is_refused_and_the_rule_is_said(template: Path, mistake: Mistake, tmp_path: Path) -> None:
    answers, message = mistake
    with pytest.raises(ValueError, match=re.escape(message)):
        copier_of(template).copy(tmp_path, **answers)
    assert not list(tmp_path.iterdir())
