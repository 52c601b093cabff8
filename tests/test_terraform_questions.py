from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest
import yaml
from pytest_copier.plugin import CopierFixture

from dazzle_infra.answers import TerraformAnswers
from tests.support.terraform_template import TEMPLATE, copier_template, copier_template_root
from tests.support.trees import read_tree

__all__ = ["copier_template", "copier_template_root"]

COPIER_YML: dict[str, Any] = yaml.safe_load((TEMPLATE / "copier.yml").read_text())
QUESTIONS = {name: question for name, question in COPIER_YML.items() if not name.startswith("_")}
DEFAULTS = TerraformAnswers().model_dump(mode="json")


def question_type(annotation: object) -> str:
    if annotation in (str, bool, int):
        return annotation.__name__
    return "str" if get_origin(annotation) is Literal else "yaml"


def test_the_questions_are_the_fields_of_the_answers_in_their_order() -> None:
    assert list(QUESTIONS) == list(TerraformAnswers.model_fields)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_the_type_the_default_and_the_choices_of_its_field(name: str) -> None:
    annotation = TerraformAnswers.model_fields[name].annotation
    question = QUESTIONS[name]
    assert question["type"] == question_type(annotation)
    assert question["default"] == DEFAULTS[name]
    choices = list(getattr(annotation, "__args__", ()) if get_origin(annotation) is Literal else ())
    assert question.get("choices", []) == choices


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_helps_and_is_always_asked_and_recorded(name: str) -> None:
    assert QUESTIONS[name]["help"]
    assert not {"when", "secret"} & set(QUESTIONS[name])


def test_the_template_needs_no_trust() -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(COPIER_YML)


def test_plain_copier_renders_it_with_nothing_but_the_defaults(tmp_path: Path) -> None:
    copier = [str(Path(sys.executable).parent / "copier"), "copy", "--defaults", "--quiet"]
    subprocess.run([*copier, str(TEMPLATE), str(tmp_path / "infra")], check=True, capture_output=True)
    assert "envs/dev/terraform.tfvars" in read_tree(tmp_path / "infra")


WEB = DEFAULTS["entry_points"][0]
DEV = DEFAULTS["environments"][0]
API = {**WEB, "name": "api", "path": "/api", "command": ["x"]}
DAILY = {"name": "daily", "expression": "cron(0 9 * * ? *)", "timezone": "UTC"}
VARIABLE = {"name": "A", "secret": False, "value": "", "because": ""}


def clock(**schedule: str) -> dict[str, Any]:
    return {"scheduler": True, "scheduler_command": ["x"], "schedules": [{**DAILY, **schedule}]}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"app_name": "Ticket Desk"}, "lower-case letters"),
    ({"app_name": "desk\n"}, "lower-case letters"),
    ({"app_name": "a--b"}, "single hyphens"),
    ({"app_name": "a" * 21}, "at most 20 characters"),
    ({"app_title": "bell \x07"}, "without control characters"),
    ({"app_title": " "}, "not empty"),
    ({"directory": "../elsewhere"}, "inside the project"),
    ({"directory": "/etc"}, "inside the project"),
    ({"directory": "in fra"}, "inside the project"),
    ({"cloud_provider": "moon"}, "moon"),
    ({"runtime": "cobol"}, "cobol"),
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
    ({"entry_points": []}, "the first entry point is `web`"),
    ({"entry_points": [{**WEB, "name": "site"}]}, "the first entry point is `web`"),
    ({"entry_points": [{**WEB, "extra": 1}]}, "has exactly"),
    ({"entry_points": [{**WEB, "port": 70000}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "port": "8000"}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "path": "/site"}]}, "the path of `web` is /"),
    ({"entry_points": [{**WEB, "health_path": "/${x}"}]}, "a path begins with /"),
    ({"entry_points": [{**WEB, "command": "serve"}]}, "a command is a list of texts"),
    ({"entry_points": [WEB, {**API, "name": "worker"}]}, "worker cannot name"),
    ({"entry_points": [WEB, {**API, "name": "a_b"}]}, "a_b cannot name"),
    ({"entry_points": [WEB, {**API, "command": []}]}, "api needs a command"),
    ({"entry_points": [WEB, API, {**API, "path": "/b"}]}, "the same name"),
    ({"entry_points": [WEB, API, {**API, "name": "b"}]}, "the same path"),
    ({"worker_command": "python -m worker"}, "a command is a list of texts"),
    ({"scheduler": True}, "a scheduler needs a command"),
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


@pytest.mark.parametrize(("answers", "message"), MISTAKES, ids=[str(mistake)[:80] for mistake, _ in MISTAKES])
def test_a_wrong_answer_is_refused_and_the_rule_is_said(
    copier: CopierFixture, tmp_path: Path, answers: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        copier.copy(tmp_path, **answers)
    assert not list(tmp_path.iterdir())
