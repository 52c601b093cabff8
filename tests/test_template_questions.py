"""What holds for the questions of every template."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest
import yaml
from pytest_copier.plugin import CopierFixture

from dazzle_infra.templates.copier_file import merged, parse_copier_file
from tests.support import docker
from tests.support.docker import copier_template
from tests.support.every_template import MODELS as ANSWERS
from tests.support.every_template import SOURCES
from tests.support.trees import read_tree

__all__ = ["copier_template"]

COPIER_YML: dict[str, dict[str, Any]] = {
    template: yaml.safe_load((sources / "copier.yml").read_text()) for template, sources in SOURCES.items()
}
QUESTIONS = {
    template: {name: question for name, question in content.items() if not name.startswith("_")}
    for template, content in COPIER_YML.items()
}
EACH = [(template, name) for template, questions in QUESTIONS.items() for name in questions]


def question_type(annotation: object) -> str:
    if annotation in (str, bool, int):
        return annotation.__name__
    return "str" if get_origin(annotation) is Literal else "yaml"


def is_computed(question: dict[str, Any]) -> bool:
    """Say whether the default follows from other answers."""
    return isinstance(question["default"], str) and "{{" in question["default"]


@pytest.mark.parametrize("shape", docker.SHAPES)
def test_copier_alone_answers_what_follows_from_the_runtime_as_dazzle_infra_does(
    copier: CopierFixture, tmp_path: Path, shape: str
) -> None:
    answers = docker.SHAPES[shape].model_dump(mode="json")
    computed = {name for name, question in QUESTIONS["docker"].items() if is_computed(question)}
    assert computed > {"language", "bindings", "serve_command", "runs_migrations"}
    data = {name: answer for name, answer in answers.items() if name not in computed}
    made = copier.copy(tmp_path / "made", **data)
    recorded = yaml.safe_load((made.path / ".copier-answers.yml").read_text())
    assert {name: recorded[name] for name in computed} == {name: answers[name] for name in computed}


@pytest.mark.parametrize("template", QUESTIONS)
def test_the_questions_are_the_fields_of_the_answers_in_their_order(template: str) -> None:
    assert list(QUESTIONS[template]) == list(ANSWERS[template].model_fields)


@pytest.mark.parametrize(("template", "name"), EACH)
def test_a_question_has_the_type_the_default_and_the_choices_of_its_field(template: str, name: str) -> None:
    annotation = ANSWERS[template].model_fields[name].annotation
    question = QUESTIONS[template][name]
    assert question["type"] == question_type(annotation)
    if not is_computed(question):
        assert question["default"] == ANSWERS[template]().model_dump(mode="json")[name]
    choices = question.get("choices", [])
    values = list(choices.values()) if isinstance(choices, dict) else choices
    assert values == list(getattr(annotation, "__args__", ()) if get_origin(annotation) is Literal else ())


@pytest.mark.parametrize(("template", "name"), EACH)
def test_a_question_helps_and_is_always_asked_and_recorded(template: str, name: str) -> None:
    question = QUESTIONS[template][name]
    assert question["help"]
    assert not {"when", "secret"} & set(question)


def test_the_readme_of_the_docker_template_lists_the_questions() -> None:
    rows = [line for line in (SOURCES["docker"] / "README.md").read_text().splitlines() if line.startswith("| `")]
    questions = QUESTIONS["docker"].items()
    expected = [f"| `{name}` | {question['type']} | {question['help']} |" for name, question in questions]
    assert [row for row in rows if row in expected] == expected


@pytest.mark.parametrize("template", COPIER_YML)
def test_a_template_needs_no_trust(template: str) -> None:
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(COPIER_YML[template])


@pytest.mark.parametrize(("template", "path"), [("docker", "compose.yaml"), ("terraform", "envs/dev/terraform.tfvars")])
def test_plain_copier_renders_it_with_nothing_but_the_defaults(template: str, path: str, tmp_path: Path) -> None:
    copier = [str(Path(sys.executable).parent / "copier"), "copy", "--defaults", "--quiet"]
    subprocess.run([*copier, str(SOURCES[template]), str(tmp_path / "infra")], check=True, capture_output=True)
    assert path in read_tree(tmp_path / "infra")


def test_lists_of_several_documents_are_joined_as_copier_joins_them() -> None:
    documents = parse_copier_file("_skip_if_exists: [a]\na: 1\n---\n_skip_if_exists: [b]\na: 2\n", "a template")
    assert merged(documents) == {"_skip_if_exists": ["a", "b"], "a": 2}
