"""`[infra.custom.NAME]`: a template alone is a backend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dazzle_infra.project.manifest import CustomSettings
from tests.support.cli import MANIFEST, SMALL, run_here, small_project
from tests.support.custom_templates import committed
from tests.support.releases import git
from tests.support.toml import assert_refused
from tests.support.trees import read_tree


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return committed("helm", tmp_path / "charts-template")


@pytest.fixture
def project(tmp_path: Path, template: Path) -> Path:
    return small_project(tmp_path / "desk", f'{MANIFEST}\n[infra.custom.charts]\ntemplate = "../{template.name}"\n')


def release(template: Path, version: str) -> None:
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--message", version)
    git(template, "tag", version)


def test_a_template_alone_generates_and_updates_files(project: Path, template: Path) -> None:
    made = run_here("charts", cwd=project)
    assert made.status == 0, made.err
    chart = project / "infra/charts/Chart.yaml"
    assert "name: desk" in chart.read_text()
    assert run_here("check", cwd=project).status == 0
    chart.write_text(chart.read_text() + "# ours\n")
    (template / "template/NOTES.txt").write_text("read this\n")
    release(template, "v1.1.0")
    (project / "appspec.json").write_text(json.dumps({**SMALL, "title": "Support Desk"}))
    assert run_here("check", cwd=project).status == 3
    assert "NOTES.txt" in run_here("plan", cwd=project).out
    before = read_tree(project / "infra")
    assert run_here("update", cwd=project).status == 0
    assert ("# ours" in chart.read_text(), "Support Desk" in chart.read_text()) == (True, True)
    assert "charts" in run_here("status", cwd=project).out
    assert run_here("undo", cwd=project).status == 0
    assert read_tree(project / "infra") == before


def test_all_generates_it_where_backends_names_it(project: Path, template: Path) -> None:
    assert [one["name"] for one in run_here("all", "--dry-run", "--json", cwd=project).json["backends"]] == [
        "docker",
        "terraform",
    ]
    text = (project / "dazzle.toml").read_text()
    (project / "dazzle.toml").write_text(text.replace("[infra]\n", '[infra]\nbackends = ["charts", "docker"]\n', 1))
    made = run_here("all", "--json", cwd=project).json["backends"]
    assert [(one["name"], one["directory"]) for one in made] == [("charts", "infra/charts"), ("docker", "infra/docker")]
    assert "charts: not provided; depends on the template" in run_here("explain", "database", cwd=project).out
    assert "custom.charts.template" in run_here("config", cwd=project).out
    enum = json.loads(run_here("schema", cwd=project).out)["properties"]["infra"]["properties"]["backends"]["items"]
    assert enum["enum"] == ["docker", "terraform", "server", "ci", "charts"]


def test_its_command_is_found_wherever_the_project_is_named(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert run_here("charts", cwd=elsewhere).status == 2
    for arguments in (
        ("-C", str(project), "charts", "-n"),
        ("charts", "-C", str(project), "-n"),
        ("charts", "-n", f"--project={project}"),
    ):
        ran = run_here(*arguments, cwd=elsewhere)
        assert ran.status == 0, ran.err
    assert run_here("charts", "-n", cwd=project / "dsl").status == 0
    assert "Generate the files of the template ../charts-template." in run_here("--help", cwd=project).out


def test_settings_choose_version_folder_answers_and_environments(project: Path, template: Path) -> None:
    (template / "template/NOTES.txt.jinja").write_text("{{ environments | map(attribute='name') | join(' ') }}\n")
    release(template, "v1.1.0")
    (template / "template/NOTES.txt.jinja").unlink()
    release(template, "v1.2.0")
    more = 'ref = "~1.1"\noutput = "deploy/helm"\nenvironments = ["prod", "dev"]\n'
    more += '[infra.custom.charts.answers]\nvolume_size = "5Gi"\n[infra.env.prod]\nimage = "docker.io/a/b:1"\n'
    (project / "dazzle.toml").write_text((project / "dazzle.toml").read_text() + more)
    [made] = run_here("charts", "--json", cwd=project).json["backends"]
    assert (made["directory"], made["template"]["to"]) == ("deploy/helm", "v1.1.0")
    assert (project / "deploy/helm/NOTES.txt").read_text() == "prod dev\n"
    assert "volume_size: 5Gi" in (project / "deploy/helm/.copier-answers.yml").read_text()
    option = run_here("plan", "charts", "--template", str(template), cwd=project)
    assert option.status == 0, option.err


CUSTOM = "[infra.custom.charts]\ntemplate = '../x'\n"
REFUSED = [
    ("[infra.custom.docker]\ntemplate = 'x'", "has the name of another backend", 1, "[infra.custom.docker]"),
    ("[infra.custom.update]\ntemplate = 'x'", "has the name of a command or a key", 1, "[infra.custom.update]"),
    ("[infra.custom.runtime]\ntemplate = 'x'", "has the name of a command or a key", 1, "[infra.custom.runtime]"),
    ("[infra.custom.Charts_1]\ntemplate = 'x'", "must be lower-case letters", 1, "[infra.custom.Charts_1]"),
    ("[infra.custom.charts]\nref = 'v1'", "is missing", 1, "[infra.custom.charts] template"),
    ("[infra.custom.charts]\ntemplate = '-x'", "must not begin with `-`", 2, "[infra.custom.charts] template"),
    (f"{CUSTOM}outptu = 'x'", 'did you mean "output"?', 3, "[infra.custom.charts] outptu"),
    (f"{CUSTOM}output = 'infra/docker'", "must not overlap", 3, "[infra.custom.charts] output"),
    (f"{CUSTOM}output = 'dsl'", "the model and the output in separate", 3, "[infra.custom.charts] output"),
    (f"{CUSTOM}environments = ['prdo']", "did you mean prod?", 3, "[infra.custom.charts] environments"),
    (f"{CUSTOM}answers.x = 1979-05-27", "found a date or time", 3, "[infra.custom.charts.answers] x"),
    ("[infra]\ncustom = 1", "must be a table", 2, "[infra.custom]"),
    ("[infra.custom]\ncharts = 1", "must be a table", 2, "[infra.custom.charts]"),
    ("[infra]\nbackends = ['chart']\n" + CUSTOM, 'did you mean "charts"?', 2, "[infra] backends"),
    (
        CUSTOM + "[infra.custom.helm]\ntemplate = 'x'\noutput = 'infra/charts/helm'",
        "must not overlap",
        5,
        "[infra.custom.helm] output",
    ),
]


@pytest.mark.parametrize(("text", "message", "line", "key"), REFUSED)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, message: str, line: int, key: str) -> None:
    assert_refused(tmp_path, text, message, line, key)


CHANGES = {
    "tasks": ("_subdirectory: template", "_subdirectory: template\n_tasks: [touch x]", "_tasks"),
    "when": ("services: {type: yaml, default: []}", "services: {type: yaml, default: [], when: false}", "has `when`"),
    "type": ("services: {type: yaml, default: []}", "services: {type: str, default: x}", "services has the type str"),
}


@pytest.mark.parametrize(("old", "new", "said"), CHANGES.values(), ids=CHANGES)
def test_a_template_that_breaks_a_rule_is_refused(project: Path, template: Path, old: str, new: str, said: str) -> None:
    config = template / "copier.yml"
    config.write_text(config.read_text().replace(old, new))
    release(template, "v1.1.0")
    before = read_tree(project)
    ran = run_here("charts", "--json", cwd=project)
    assert ran.status in (1, 5), ran
    assert said in ran.json["message"]
    assert read_tree(project) == before


def test_the_answers_of_the_vocabulary_are_no_settings(project: Path) -> None:
    manifest = project / "dazzle.toml"
    manifest.write_text(f"{manifest.read_text()}[infra.custom.charts.answers]\napp_name = 'x'\n")
    refused = run_here("charts", "--json", cwd=project)
    assert (refused.status, refused.json["where"]["key"]) == (2, "[infra.custom.charts.answers] app_name")


def test_the_template_is_checked_against_the_vocabulary(template: Path, project: Path) -> None:
    checked = run_here("template", "check", str(template), "--of", "custom", "--no-tools", "--json", cwd=project)
    assert [one for one in checked.json["results"] if one["status"] == "failed"] == []
    config = template / "copier.yml"
    config.write_text(config.read_text().replace("default: 10001}", "default: 10001, when: false}"))
    checked = run_here("template", "check", str(template), "--of", "custom", "--no-tools", "--json", cwd=project)
    assert "the question has `when`" in str(checked.json["results"])


def test_files_of_a_folder_that_was_renamed_are_moved(project: Path) -> None:
    assert run_here("charts", cwd=project).status == 0
    manifest = project / "dazzle.toml"
    manifest.write_text(f'{manifest.read_text()}output = "deploy/helm"\n')
    refused = run_here("charts", "--json", cwd=project)
    assert (refused.status, refused.json["code"]) == (5, "moved")
    assert refused.json["where"]["key"] == "[infra.custom.charts] output"
    assert run_here("update", "--move", cwd=project).status == 0
    assert (project / "deploy/helm/Chart.yaml").is_file()


def test_the_reference_of_the_table_is_complete() -> None:
    assert set(CustomSettings.model_fields) == {"template", "ref", "output", "answers", "environments"}


def test_the_list_of_backends_has_those_of_the_project(project: Path) -> None:
    listed = run_here("backends", "--json", cwd=project).json["backends"]
    assert [one["name"] for one in listed] == ["docker", "terraform", "server", "ci", "charts"]
    assert (listed[-1]["package"], listed[-1]["version"], listed[-1]["requires_config"]) == ("dazzle.toml", None, True)
    assert "charts" in run_here("backends", "-C", str(project), cwd=project.parent).out
    assert "charts" not in run_here("backends", cwd=project.parent).out


def test_a_table_without_a_template_hides_no_other_table(project: Path) -> None:
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text() + '\n[infra.custom.pages]\nref = "v1"\n')
    for name in ("charts", "pages"):
        ran = run_here(name, "--json", cwd=project)
        assert (ran.status, ran.json["where"]["key"]) == (2, "[infra.custom.pages] template")
