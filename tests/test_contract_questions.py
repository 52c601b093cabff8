"""What the contract asks of a template's `copier.yml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.contract.questions import check_questions, check_settings
from dazzle_infra.templates import Template, embedded_url, questions_of, resolve_template
from dazzle_infra.templates.questions import config_of
from tests.support.every_template import MODELS

DEPENDENCIES = get_args(DockerAnswers.model_fields["dependencies"].annotation)
SOURCES = Path(__file__).parents[1] / "copier-templates"
FILES = ["copier.yml", "README.md", "template/compose.yaml"]


def newest(name: str = "docker") -> Template:
    return resolve_template(name, embedded_url(name), None, None)


def in_sources(name: str = "docker") -> dict[str, Any]:
    """Return the questions of a template's sources, which are ahead of its newest release."""
    document = yaml.safe_load((SOURCES / name / "copier.yml").read_text())
    return {question: stated for question, stated in document.items() if not question.startswith("_")}


@pytest.mark.parametrize(("name", "answers"), MODELS.items())
def test_the_embedded_templates_hold_to_it(name: str, answers: type[Answers]) -> None:
    template = newest(name)
    asked = questions_of(template)
    assert [one for one in check_questions(asked, answers, asked.keys()) if one.breaks] == []
    assert check_settings(config_of(template), FILES) == []


@pytest.mark.parametrize(("name", "answers"), MODELS.items())
def test_the_sources_of_the_templates_ask_all_that_is_answered(name: str, answers: type[Answers]) -> None:
    assert check_questions(in_sources(name), answers, None) == []


@pytest.mark.parametrize(
    ("name", "question", "message"),
    [
        ("database", {"type": "str", "default": "yes"}, "its type is str, dazzle-infra answers bool"),
        ("database", {"default": "yes"}, "its type is str, dazzle-infra answers bool"),
        ("database", "yes", "its type is str, dazzle-infra answers bool"),
        ("variables", {"type": "json", "default": []}, "its type is json, dazzle-infra answers yaml"),
        (
            "dependencies",
            {"type": "str", "choices": ["uv", "requirements", "generated"]},
            "'pyproject' is missing from the choices",
        ),
        ("dependencies", {"type": "str", "choices": {"a lock": "uv"}}, "'pyproject' is missing from the choices"),
        ("database", {"type": "bool", "default": True, "when": "{{ redis }}"}, "the question has `when`"),
        ("database", {"type": "bool", "default": True, "when": False}, "the question has `when`"),
        ("cost_centre", {"type": "str", "help": "Who pays?"}, "an added question has no default"),
        ("pass_phrase", {"type": "str", "default": "", "secret": True}, "the question has `secret`"),
    ],
)
def test_a_question_that_breaks_it_is_named_with_what_to_do(name: str, question: Any, message: str) -> None:
    found = check_questions({**in_sources(), name: question}, DockerAnswers, None)
    assert message in [one.message for one in found] or any(one.message.startswith(message) for one in found)
    assert all(one.breaks and one.where == f"copier.yml: {name}" and one.hint for one in found)


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("cost_centre", {"type": "str", "default": "unknown"}),
        ("cost_centre", "unknown"),
        ("database", True),
        ("database", {"type": "bool", "default": False, "when": True, "secret": False}),
        ("python_version", {"type": "str", "default": "3.13", "choices": ["3.13"]}),
        ("dependencies", {"type": "str", "choices": [*DEPENDENCIES, "nix"]}),
    ],
)
def test_a_question_may_be_of_ones_own_or_have_another_default(name: str, question: Any) -> None:
    assert check_questions({**in_sources(), name: question}, DockerAnswers, None) == []


def test_a_question_that_upstream_asks_stays() -> None:
    questions = in_sources()
    questions["with_database"] = questions.pop("database")
    [found] = check_questions(questions, DockerAnswers, set(in_sources()))
    assert found.breaks
    assert found.message == "the question database is missing"
    assert found.hint == "restore it; was it renamed to with_database? Question names must not change"


def test_a_question_that_came_with_a_later_upstream_is_only_noted() -> None:
    questions = in_sources()
    del questions["ledger"]
    [found] = check_questions(questions, DockerAnswers, set(questions))
    assert not found.breaks
    assert "ledger" in found.message


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("_tasks", ["make"]),
        ("_migrations", [{"version": "v1", "before": ["make"]}]),
        ("_jinja_extensions", ["jinja2.ext.do"]),
        ("_external_data", {"other": "other.yml"}),
        ("_secret_questions", ["database"]),
        ("_preserve_symlinks", True),
        ("_answers_file", ".house.yml"),
        ("_envops", {"extensions": ["jinja2.ext.do"]}),
        ("_subdirectory", "nowhere"),
        ("_subdirectory", None),
        ("_subdirectory", "."),
    ],
)
def test_a_setting_that_breaks_it_is_named_with_what_to_do(key: str, value: Any) -> None:
    [found] = check_settings({**config_of(newest()), key: value}, FILES)
    assert found.breaks
    assert found.where == f"copier.yml: {key}"
    assert found.hint


@pytest.mark.parametrize("key", ["_tasks", "_migrations", "_jinja_extensions"])
def test_an_empty_list_of_what_would_need_trust_is_harmless(key: str) -> None:
    assert check_settings({**config_of(newest()), key: []}, FILES) == []


def test_a_template_has_no_submodules() -> None:
    [found] = check_settings(config_of(newest()), [*FILES, ".gitmodules"])
    assert found.breaks
    assert found.where == ".gitmodules"
