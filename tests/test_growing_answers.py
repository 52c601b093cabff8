"""Answers grow with dazzle-infra; released versions of templates stay, and are given what they know."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dazzle_infra.backends import backend
from dazzle_infra.backends.answer_fields import field_tree
from dazzle_infra.contract.snapshot import take_snapshot
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates import Template, embedded_url, known_answers, questions_of, resolve_template
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.templates.eject import eject
from dazzle_infra.templates.fields import FIELDS_FILE, fields_of, releases_of, text_of
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.every_template import EVERYTHING, MODELS, SOURCES
from tests.support.growing import NEW, grown
from tests.support.releases import ANSWERS_FILE as ANSWERS_TEMPLATE
from tests.support.releases import commit_all, git
from tests.support.trees import build_tree, read_tree

TYPES = {"bool", "float", "int", "null"}


@pytest.mark.parametrize("name", MODELS)
def test_every_release_and_the_sources_render_answers_with_a_field_more_at_every_depth(
    name: str, tmp_path: Path
) -> None:
    sources = take_snapshot(SOURCES[name], tmp_path / "sources.git").template(name)
    today = EVERYTHING[name].model_dump(mode="json")
    more = grown(EVERYTHING[name]).model_dump(mode="json")
    assert str(more).count(NEW) > 5
    templates = [*releases_of(name).values(), sources]
    jobs = [
        RenderJob(template, known_answers(template, answers).answers)
        for template in templates
        for answers in (today, more)
    ]
    asked = {question: more[question] for question in questions_of(sources)}
    [[*trees, unpruned]] = render_all([[*jobs, RenderJob(sources, asked)]])
    for template, before, after in zip(templates, trees[::2], trees[1::2], strict=True):
        assert after == before, template.version
    of_sources = trees[-1]
    assert NEW in unpruned[ANSWERS_FILE].content.decode(), "the sources refuse no field"
    assert {**unpruned, ANSWERS_FILE: of_sources[ANSWERS_FILE]} == of_sources


def known_to(tree: Any, larger: Any) -> bool:
    """Say whether one tree of fields has no field that the other does not have."""
    if isinstance(tree, Mapping):
        return all(key in larger and known_to(part, larger[key]) for key, part in tree.items())
    if isinstance(tree, list):
        return known_to(tree[0], larger[0])
    accepted = larger.split(" | ")
    # A list of values may grow to any text.
    return all(word in accepted or ("str" in accepted and word not in TYPES) for word in tree.split(" | "))


@pytest.mark.parametrize("name", MODELS)
def test_what_a_release_knows_is_what_it_asks_and_is_answered_to_this_day(name: str) -> None:
    for template in releases_of(name).values():
        tree, questions = fields_of(template), questions_of(template)
        assert tree is not None
        assert list(tree) == list(questions)
        assert known_to(tree, field_tree(MODELS[name])), "a field that a release asks for is never removed"
        for question, stated in questions.items():
            choices = stated.get("choices", [])
            values = list(choices.values()) if isinstance(choices, dict) else choices
            assert not values or tree[question].split(" | ") == values


@pytest.mark.parametrize("name", MODELS)
def test_the_sources_list_the_fields_of_todays_answers_as_a_golden_file(name: str) -> None:
    path, text = SOURCES[name] / FIELDS_FILE, text_of(field_tree(MODELS[name]))
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text)
    assert path.read_text() == text, "make goldens writes it"


def later_backends(patch: pytest.MonkeyPatch) -> None:
    """Let both backends answer as those of a later dazzle-infra do."""
    for name in MODELS:
        kind = type(backend(name))
        answers = kind.answers
        patch.setattr(kind, "answers", lambda *given, _answers=answers: grown(_answers(*given)))


def test_a_pinned_project_is_made_and_is_up_to_date_after_the_package_learnt_a_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = MANIFEST + '[infra.docker]\nref = "v1.1.0"\n\n[infra.terraform]\nref = "v1.0.0"\n'
    before, after = (small_project(tmp_path / name, pinned) for name in ("before", "after"))
    assert run_here("all", cwd=before).status == 0
    made = read_tree(before / "infra")
    later_backends(monkeypatch)
    assert run_here("all", cwd=after).status == 0
    assert {path for path, content in read_tree(after / "infra").items() if content != made[path]} <= {"docker/.env"}
    for command in ("check", "update"):
        ran = run_here(command, cwd=before)
        assert (ran.status, NEW in ran.out + ran.err) == (0, False), ran.out + ran.err
    assert read_tree(before / "infra") == made
    moved = run_here("update", "docker", "--to", "v1.0.0", cwd=before)
    assert moved.status == 0, moved.err
    assert NEW not in (before / "infra/docker" / ANSWERS_FILE).read_text()


SMALL_SIZES = """\
app_name: str
environments:
- name: str
  profile: development | staging | production
  app_size: small | medium
"""
QUESTIONS = "_subdirectory: template\napp_name: {type: str, default: a}\nenvironments: {type: yaml, default: []}\n"


def fork(folder: Path, fields: str | None = SMALL_SIZES, questions: str = QUESTIONS) -> Path:
    """Make a template that knows little."""
    files = {
        "copier.yml": questions,
        "template/environments.json.jinja": "{{ environments | to_nice_json }}\n",
        "template/{{ _copier_conf.answers_file }}.jinja": ANSWERS_TEMPLATE,
    }
    build_tree(folder, files | ({FIELDS_FILE: fields} if fields is not None else {}))
    git(folder, "init", "--quiet")
    commit_all(folder)
    git(folder, "tag", "v1.0.0")
    return folder


def forked(folder: Path, template: Path, more: str = "") -> Path:
    """Make a project whose Terraform files come from that template."""
    return small_project(folder, f'{MANIFEST}\n[infra.terraform]\ntemplate = "{template}"\n{more}')


def environments(project: Path) -> list[dict[str, object]]:
    recorded = yaml.safe_load((project / "infra/terraform" / ANSWERS_FILE).read_text())
    found: list[dict[str, object]] = recorded["environments"]
    return found


def test_a_key_that_a_person_set_and_that_the_version_does_not_know_is_named(tmp_path: Path) -> None:
    more = '[infra.terraform.env.dev]\nalarm_email = "ops@example.com"\napp_size = "medium"\n'
    project = forked(tmp_path / "p", fork(tmp_path / "fork"), more)
    said = "[infra.terraform.env.dev] alarm_email has no effect"
    made = run_here("terraform", cwd=project)
    assert made.status == 0, made.err
    assert f"dazzle.toml:10: {said}" in made.err
    assert made.err.count("has no effect") == 1
    assert environments(project)[0] == {"name": "dev", "profile": "development", "app_size": "medium"}
    for command in ("check", "plan", "update"):
        ran = run_here(command, "--json", cwd=project)
        assert ran.status == 0
        place = {"file": "dazzle.toml", "line": 10, "key": "[infra.terraform.env.dev] alarm_email"}
        assert ran.json["backends"][0]["ignored"] == [place]
        assert said in ran.err
    assert f"p/dazzle.toml:10: {said}" in run_here("check", "--all", cwd=tmp_path).err


def test_a_value_that_the_version_does_not_accept_is_named_with_its_place_and_the_version(tmp_path: Path) -> None:
    more = '[infra.terraform.env.dev]\napp_size = "large"\n'
    project = forked(tmp_path / "p", fork(tmp_path / "fork"), more)
    ran = run_here("terraform", "--json", cwd=project)
    assert ran.status == 1
    assert ran.json["code"] == "template_answer"
    assert (
        'fork v1.0.0 does not accept environments.dev.app_size = "large"; it accepts small, medium'
        in ran.json["message"]
    )
    assert ran.json["where"]["line"] == 10
    assert "[infra.terraform.env.dev] app_size" in ran.json["hint"]
    assert not (project / "infra").exists()


def test_a_value_of_another_type_that_nobody_set_is_named_with_its_source(tmp_path: Path) -> None:
    project = forked(tmp_path / "p", fork(tmp_path / "fork", SMALL_SIZES.replace("app_name: str", "app_name: [str]")))
    ran = run_here("terraform", cwd=project)
    assert ran.status == 1
    assert 'does not accept app_name = "desk"; it accepts a list' in ran.err
    assert "[project] name" in ran.err


@pytest.mark.parametrize("fields", ["app_name: [", "- app_name\n", "app_name: 1\n", "app_name: [str, int]\n", ""])
def test_a_file_of_fields_that_is_none_is_refused(tmp_path: Path, fields: str) -> None:
    ran = run_here("terraform", cwd=forked(tmp_path / "p", fork(tmp_path / "fork", fields)))
    assert ran.status == 1
    assert f"the {FIELDS_FILE} of file://" in ran.err
    assert "is not a tree of fields" in ran.err
    checked = run_here("template", "check", "fork", "--of", "terraform", "--no-tools", cwd=tmp_path)
    assert (checked.status, "is not a tree of fields" in checked.err) == (1, True)


def test_a_forks_own_questions_are_given_whole(tmp_path: Path) -> None:
    own = QUESTIONS + "teams: {type: yaml, default: []}\n"
    more = "[[infra.terraform.answers.teams]]\nname = 'a'\nanything = ['b']\n"
    project = forked(tmp_path / "p", fork(tmp_path / "fork", questions=own), more)
    assert run_here("terraform", cwd=project).status == 0
    recorded = yaml.safe_load((project / "infra/terraform" / ANSWERS_FILE).read_text())
    assert recorded["teams"] == [{"name": "a", "anything": ["b"]}]
    assert "colour" not in recorded
    assert run_here("check", cwd=project).status == 0


def test_a_fork_without_the_file_knows_what_its_upstream_release_knows(tmp_path: Path) -> None:
    folder = eject("docker", tmp_path / "fork", "v1.0.0").folder
    (folder / FIELDS_FILE).unlink(missing_ok=True)
    (folder / "HOUSE.md").write_text("ours\n")
    commit_all(folder)
    git(folder, "tag", "v1.0.0+acme.1")

    def known(version: str) -> object:
        return fields_of(resolve_template("docker", str(folder), version, None))

    base: Template = resolve_template("docker", embedded_url("docker"), "v1.0.0", None)
    assert known("v1.0.0+acme.1") == fields_of(base)
    build_tree(folder, {FIELDS_FILE: "app_name: str\n"})
    commit_all(folder)
    git(folder, "tag", "v1.0.0+acme.2")
    assert known("v1.0.0+acme.2") == {"app_name": "str"}


def test_a_template_whose_fields_nothing_tells_is_given_everything(tmp_path: Path) -> None:
    project = forked(tmp_path / "p", fork(tmp_path / "fork", None))
    assert run_here("terraform", cwd=project).status == 0
    assert len(environments(project)[0]) > 30
