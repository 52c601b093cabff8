"""What holds for the questions of every template."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest
import yaml

from dazzle_infra.answers import Answers, DockerAnswers, TerraformAnswers
from tests.support import docker, terraform_template
from tests.support.trees import read_tree

SOURCES = {"docker": docker.TEMPLATE, "terraform": terraform_template.TEMPLATE}
ANSWERS: dict[str, type[Answers]] = {"docker": DockerAnswers, "terraform": TerraformAnswers}
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


@pytest.mark.parametrize("template", QUESTIONS)
def test_the_questions_are_the_fields_of_the_answers_in_their_order(template: str) -> None:
    assert list(QUESTIONS[template]) == list(ANSWERS[template].model_fields)


@pytest.mark.parametrize(("template", "name"), EACH)
def test_a_question_has_the_type_the_default_and_the_choices_of_its_field(template: str, name: str) -> None:
    annotation = ANSWERS[template].model_fields[name].annotation
    question = QUESTIONS[template][name]
    assert question["type"] == question_type(annotation)
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
