from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest
import yaml
from pytest_copier.plugin import CopierFixture

from dazzle_infra.answers import DockerAnswers
from tests.support.docker import TEMPLATE, copier_template, copier_template_root
from tests.support.trees import read_tree

__all__ = ["copier_template", "copier_template_root"]

COPIER_YML: dict[str, Any] = yaml.safe_load((TEMPLATE / "copier.yml").read_text())
QUESTIONS = {name: question for name, question in COPIER_YML.items() if not name.startswith("_")}
DEFAULTS = DockerAnswers().model_dump(mode="json")


def question_type(annotation: object) -> str:
    if annotation in (str, bool, int):
        return annotation.__name__
    return "str" if get_origin(annotation) is Literal else "yaml"


def test_the_questions_are_the_fields_of_the_answers_in_their_order() -> None:
    assert list(QUESTIONS) == list(DockerAnswers.model_fields)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_the_type_the_default_and_the_choices_of_its_field(name: str) -> None:
    annotation = DockerAnswers.model_fields[name].annotation
    question = QUESTIONS[name]
    assert question["type"] == question_type(annotation)
    assert question["default"] == DEFAULTS[name]
    choices = question.get("choices", [])
    values = list(choices.values()) if isinstance(choices, dict) else choices
    assert values == list(getattr(annotation, "__args__", ()) if get_origin(annotation) is Literal else ())


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_helps_and_is_always_asked_and_recorded(name: str) -> None:
    assert QUESTIONS[name]["help"]
    assert not {"when", "secret"} & set(QUESTIONS[name])


def test_the_readme_of_the_template_lists_the_questions() -> None:
    rows = [line for line in (TEMPLATE / "README.md").read_text().splitlines() if line.startswith("| `")]
    expected = [f"| `{name}` | {question['type']} | {question['help']} |" for name, question in QUESTIONS.items()]
    assert [row for row in rows if row in expected] == expected


def test_the_template_needs_no_trust() -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(COPIER_YML)


def test_plain_copier_renders_it_with_nothing_but_the_defaults(tmp_path: Path) -> None:
    copier = [str(Path(sys.executable).parent / "copier"), "copy", "--defaults", "--quiet"]
    subprocess.run([*copier, str(TEMPLATE), str(tmp_path / "infra")], check=True, capture_output=True)
    assert "compose.yaml" in read_tree(tmp_path / "infra")


WEB = DEFAULTS["entry_points"][0]
VARIABLE = {"name": "A", "secret": False, "value": "", "because": ""}

MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"app_name": "Ticket Desk"}, "lower-case letters"),
    ({"app_name": "app\n"}, "lower-case letters"),
    ({"app_title": "  "}, "not empty"),
    ({"app_title": "bell \x07"}, "without control characters"),
    ({"image_name": "app:latest"}, "no tag"),
    ({"image_name": "App"}, "lower case"),
    ({"directory": "../elsewhere"}, "inside the project"),
    ({"directory": "/etc"}, "inside the project"),
    ({"directory": "infra/../.."}, "inside the project"),
    ({"directory": "in fra"}, "inside the project"),
    ({"project_root": "../x"}, "as many `..`"),
    ({"runtime": "cobol"}, "cobol"),
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
    ({"entry_points": []}, "the first entry point is `web`"),
    ({"entry_points": [{**WEB, "name": "site"}]}, "the first entry point is `web`"),
    ({"entry_points": [{**WEB, "extra": 1}]}, "has exactly"),
    ({"entry_points": [{**WEB, "port": 70000}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "port": "8000"}]}, "a port from 1 to 65535"),
    ({"entry_points": [{**WEB, "health_path": "health"}]}, "a health_path"),
    ({"entry_points": [{**WEB, "health_path": "/'+x+'"}]}, "a health_path"),
    ({"entry_points": [{**WEB, "command": "serve"}]}, "a command is a list of texts"),
    ({"entry_points": [{**WEB, "command": [1]}]}, "a command is a list of texts"),
    ({"entry_points": [WEB, {**WEB, "name": "redis", "port": 1, "command": ["x"]}]}, "redis cannot name"),
    ({"entry_points": [WEB, {**WEB, "name": "a_b", "port": 1, "command": ["x"]}]}, "a_b cannot name"),
    ({"entry_points": [WEB, {**WEB, "name": "admin", "port": 1}]}, "admin needs a command"),
    ({"entry_points": [WEB, {**WEB, "name": "admin", "command": ["x"]}]}, "the same port"),
    ({"entry_points": [WEB, {**WEB, "port": 1, "command": ["x"]}]}, "the same name"),
    ({"worker_command": "python -m worker"}, "a command is a list of texts"),
    ({"scheduler": True}, "a scheduler needs a command"),
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


@pytest.mark.parametrize(("answers", "message"), MISTAKES, ids=[str(mistake) for mistake, _ in MISTAKES])
def test_a_wrong_answer_is_refused_and_the_rule_is_said(
    copier: CopierFixture, tmp_path: Path, answers: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        copier.copy(tmp_path, **answers)
    assert not list(tmp_path.iterdir())
