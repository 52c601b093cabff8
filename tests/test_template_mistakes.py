"""Wrong answers that someone gives to a template itself, by plain Copier."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.terraform.answers import TerraformAnswers
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
    ({"entry_points": []}, "the first entry point must be `web`"),
    ({"entry_points": [{**WEB, "name": "site"}]}, "the first entry point must be `web`"),
    ({"entry_points": [{key: WEB[key] for key in WEB if key != "path"}]}, "each entry point needs name"),
    ({"entry_points": [{**WEB, "port": 70000}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "port": "8000"}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "command": "serve"}]}, "a command must be a list of strings"),
    ({"worker_command": "python -m worker"}, "a command must be a list of strings"),
    ({"scheduler": True}, "a scheduler needs a command"),
]
DJANGO_WEB = {"runtime": "django", "copy_paths": ["a"], "entry_points": [{**WEB, "command": ["x"]}]}
DOCKER: list[Mistake] = [
    ({"app_name": "app\n"}, "lower-case letters"),
    ({"app_title": "  "}, "non-empty text"),
    ({"image_name": "app:latest"}, "no tag"),
    ({"image_name": "App"}, "lower case"),
    ({"directory": "infra/../.."}, "inside the project"),
    ({"project_root": "../x"}, "as many `..`"),
    ({"python_version": "3"}, "3.12"),
    ({"node_version": "24-slim"}, "a major version"),
    ({"dependencies": "conda"}, "conda"),
    ({"dependencies": "npm"}, "the runtime dazzle does not support the package source npm"),
    ({"runtime": "express"}, "the runtime express does not support the package source generated"),
    ({"package_manager": "pnpm"}, "an exact version"),
    ({"package_manager": "npm@1.2.3; x"}, "an exact version"),
    ({"packages": ["gunicorn"]}, "gunicorn is not a package with an exact version"),
    ({"packages": ["a==1 b"]}, "a==1 b is not a package"),
    ({"build_command": "npm run build"}, "a command must be a list of strings"),
    ({"build_command": ["npm", "run", "a && b"]}, "a && b contains shell syntax"),
    ({"build_output": "../dist"}, "the name of a directory"),
    ({"build_output": ".."}, "the name of a directory"),
    ({"develop_command": "vite"}, "a command must be a list of strings"),
    ({"runtime": "react", "dependencies": "npm"}, "static files need a development server"),
    ({"migrate_command": ["x"]}, "entrypoint.sh has its own migration command"),
    ({"runtime": "Dazzle 2"}, "must be a name of lower-case letters"),
    ({"language": "cobol"}, "cobol"),
    ({"static_files": True}, "static files are built with Node.js"),
    ({"language": "node"}, "entrypoint.sh is for Dazzle"),
    ({"imports": ["os; x"]}, "os; x is not the name of a module"),
    ({"imports": []}, "must name a module of the runtime"),
    ({"serve_command": "x"}, "a command must be a list of strings"),
    ({"serve_command": []}, "must not be empty"),
    (
        {**DJANGO_WEB, "runs_migrations": True},
        "migrations need migrate_command",
    ),
    ({"admin_command": "x"}, "a command must be a list of strings"),
    ({"admin_command": ["x"], "database": False, "runs_migrations": False}, "an administrator needs the database"),
    (
        {"admin_command": ["x"], "entry_points": [WEB, {**WEB, "name": "create-admin", "port": 1, "command": ["x"]}]},
        "the name of the entry point create-admin",
    ),
    ({"secret_reasons": [{"name": "A-B", "because": "x"}]}, "A-B is not a valid name"),
    ({"bindings": [{"variable": "A"}]}, "each entry needs variable, role"),
    ({"bindings": [{"variable": "A B", "role": "port"}]}, "A B is not a valid name"),
    ({"environment": [{"name": "A", "value": "1"}]}, "each entry needs name, value, purpose, because"),
    ({"environment": [{"name": "A", "value": "1", "purpose": "x\ny", "because": ""}]}, "A has control characters"),
    ({"environment": [{"name": "A-B", "value": "1", "purpose": "", "because": ""}]}, "A-B is not a valid name"),
    ({"optional_variables": [{"name": "A"}]}, "each variable needs name"),
    ({"writable_paths": [{"path": "data", "content": "x"}]}, "data is not an absolute path"),
    ({"writable_paths": [{"path": "/data"}]}, "each entry needs path, content"),
    ({"writable_paths": [{"content": "x"}]}, "each entry needs path, content"),
    ({"pages": [{"title": "Docs", "path": "docs"}]}, "docs is not a path"),
    ({"pages": [{"title": "Docs"}]}, "each entry needs title, path"),
    ({"webhook_path": "hooks"}, "must be a path"),
    ({"first_user_note": "a\nb"}, "one line of plain text"),
    ({"first_user_command": ["a", "$(b)"]}, "$(b) contains shell syntax"),
    ({"runtime": "django", "copy_paths": ["a"]}, "web needs a command"),
    ({**DJANGO_WEB, "worker": True}, "a worker needs a command"),
    ({"dazzle_version": "0.125.0; rm"}, "0.125.0"),
    ({"dazzle_extras": ["serve]"]}, "serve]"),
    ({"copy_paths": ["dsl"]}, "must include dazzle.toml"),
    ({"copy_paths": ["dazzle.toml", "../dsl"]}, "../dsl is not a path inside the project"),
    ({"copy_paths": ["dazzle.toml", "a/../../b"]}, "a/../../b is not a path"),
    ({"copy_paths": ["dazzle.toml", "/etc/passwd"]}, "/etc/passwd is not a path"),
    ({"copy_paths": ["dazzle.toml", "$HOME"]}, "$HOME is not a path"),
    ({"entry_points": [{**WEB, "health_path": "health"}]}, "a health_path"),
    ({"entry_points": [{**WEB, "health_path": "/'+x+'"}]}, "a health_path"),
    ({"entry_points": [{**WEB, "command": [1]}]}, "a command must be a list of strings"),
    (
        {"entry_points": [WEB, {**WEB, "name": "redis", "port": 1, "command": ["x"]}]},
        "redis is not a valid entry point name",
    ),
    (
        {"entry_points": [WEB, {**WEB, "name": "a_b", "port": 1, "command": ["x"]}]},
        "a_b is not a valid entry point name",
    ),
    ({"entry_points": [WEB, {**WEB, "name": "admin", "port": 1}]}, "admin needs a command"),
    ({"entry_points": [WEB, {**WEB, "name": "admin", "command": ["x"]}]}, "the same port"),
    ({"entry_points": [WEB, {**WEB, "port": 1, "command": ["x"]}]}, "the same name"),
    ({"storage_buckets": [{**VARIABLE, "value": "Bad_Bucket"}]}, "needs a bucket name"),
    ({"storage_endpoints": ["S3 URL"]}, "S3 URL is not a valid name of an environment variable"),
    ({"storage_regions": ["1"]}, "1 is not a valid name of an environment variable"),
    ({"variables": [{"name": "A"}]}, "each variable needs name"),
    ({"variables": [{**VARIABLE, "name": "A-B"}]}, "A-B is not a valid name of an environment variable"),
    ({"variables": [{**VARIABLE, "secret": True, "value": "x"}]}, "A is a secret; its value must be empty"),
    ({"variables": [{**VARIABLE, "because": "\x1b[2J"}]}, "A has control characters"),
    ({"secrets": ["POSTGRES_PASSWORD", "A B"]}, "A B is not a valid name of an environment variable"),
    ({"secrets": []}, "must include POSTGRES_PASSWORD"),
    ({"storage": True}, "must include STORAGE_SECRET_KEY"),
]
TERRAFORM: list[Mistake] = [
    ({"runtime": "cobol"}, "cobol"),
    ({"app_name": "desk\n"}, "lower-case letters"),
    ({"app_name": "a--b"}, "single hyphens"),
    ({"app_name": "a" * 21}, "at most 20 characters"),
    ({"app_title": " "}, "non-empty text"),
    ({"cloud_provider": "moon"}, "moon"),
    ({"environments": []}, "at least one environment"),
    ({"environments": [DEV, DEV]}, "the same name"),
    ({"environments": ["dev"]}, "each environment must be a mapping"),
    ({"environments": [{"name": "dev"}]}, "dev needs alarm_email, app_cpu"),
    ({"environments": [{key: DEV[key] for key in DEV if key != "region"}]}, "dev needs region"),
    ({"environments": [{"region": "eu-central-1"}]}, "each environment needs"),
    ({"environments": [{**DEV, "name": "../x"}]}, "lower-case letters"),
    ({"environments": [{**DEV, "name": "a" * 13}]}, "at most 12 characters"),
    ({"environments": [{**DEV, "profile": "huge"}]}, "development, staging or production"),
    ({"environments": [{**DEV, "region": "mars"}]}, "mars is not a region"),
    ({"environments": [{**DEV, "zone_count": "2"}]}, "zone_count must be an integer"),
    ({"environments": [{**DEV, "web_firewall": "yes"}]}, "web_firewall must be true or false"),
    ({"environments": [{**DEV, "domain_name": 7}]}, "domain_name must be a string"),
    ({"environments": [{**DEV, "account_id": "12 34"}]}, "account_id must be a string of 12 digits"),
    ({"environments": [{**DEV, "state_kms_key": "mine"}]}, "state_kms_key must be the ARN of a KMS key"),
    ({"environments": [{**DEV, "excluded_zone_ids": ["us-east-1a"]}]}, "a list of IDs such as use1-az3"),
    ({"environments": [{**DEV, "excluded_zone_ids": "use1-az3"}]}, "a list of IDs such as use1-az3"),
    ({"environments": [{**DEV, "egress_ports": ["all"]}]}, "egress_ports must be a list of integers"),
    (
        {"environments": [{**DEV, "profile": "production", "container_image": "r.io/a:latest"}]},
        "a tag other than latest",
    ),
    ({"entry_points": [{**WEB, "path": "/site"}]}, "the path of `web` must be /"),
    ({"entry_points": [{**WEB, "health_path": "/${x}"}]}, "a path must begin with /"),
    ({"entry_points": [WEB, {**API, "name": "worker"}]}, "worker is not a valid entry point name"),
    ({"entry_points": [WEB, {**API, "name": "a_b"}]}, "a_b is not a valid entry point name"),
    ({"entry_points": [WEB, {**API, "command": []}]}, "api needs a command"),
    ({"entry_points": [WEB, API, {**API, "path": "/b"}]}, "the same name"),
    ({"entry_points": [WEB, API, {**API, "name": "b"}]}, "the same path"),
    ({"scheduler_command": [1]}, "a command must be a list of strings"),
    (clock(name="bad name"), "1 to 64 letters"),
    (clock(expression="0 9 * * *"), "must be cron(...) or rate(...)"),
    (clock(timezone="Europe/Ber lin"), "is not a time zone"),
    ({"storage": True}, "name at least one variable"),
    ({"storage_buckets": ["S3 BUCKET"]}, "S3 BUCKET is not a valid name of an environment variable"),
    ({"settings": [{"name": "A"}]}, "each variable needs name"),
    ({"settings": [{**VARIABLE, "name": "A-B"}]}, "A-B is not a valid name of an environment variable"),
    ({"secrets": [{**VARIABLE, "secret": True, "value": "x"}]}, "A is a secret; its value must be empty"),
    ({"secrets": [{**VARIABLE, "name": "1"}]}, "1 is not a valid name of an environment variable"),
    ({"generated_secrets": ["A B"]}, "A B is not a valid name of an environment variable"),
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
