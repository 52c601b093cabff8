"""From requirements and manifest to answers: each follows from what it should, and from nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dazzle_infra.appspec import read_document
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.building import docker_answers
from dazzle_infra.backends.docker.sources import DOCKER_SOURCES
from dazzle_infra.backends.provenance import Source, provenance
from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.backends.terraform.building import terraform_answers
from dazzle_infra.backends.terraform.sources import TERRAFORM_SOURCES
from dazzle_infra.errors import UsageError
from dazzle_infra.project.files import read_project_files
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.packages.declared import read_declared
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.requirements import infer
from dazzle_infra.workload.building import workload_of
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree

ENTITY = {"name": "Ticket", "fields": [{"name": "scan", "type": {"kind": "file"}}]}
PARTS: dict[str, dict[str, Any]] = {
    "entities": {"domain": {"entities": [{"name": "Ticket", "fields": []}]}},
    "files": {"domain": {"entities": [ENTITY]}},
    "integration": {
        "integrations": [{"name": "pager", "base_url": "https://p.example", "auth": {"auth_type": "api_key"}}]
    },
    "schedule": {"schedules": [{"name": "nightly", "cron": "0 3 * * *", "timezone": "Europe/Berlin"}]},
    "mail": {"channels": [{"name": "news", "kind": "email", "send_operations": [{"name": "digest"}]}]},
    "llm": {"llm_models": [{"name": "quick", "provider": "anthropic", "model_id": "x"}]},
    "ledger": {"ledgers": [{"name": "books"}]},
}


POETRY = '[tool.poetry.dependencies]\npython = "^3.13"\ndazzle-dsl = "*"\n'
PYPROJECT = '[project]\nname = "x"\ndependencies = ["dazzle-dsl"]\nrequires-python = ">=3.13"\n'


def built(tmp_path: Path, parts: list[str], manifest: str = "") -> tuple[DockerAnswers, TerraformAnswers, Manifest]:
    project = build_tree(tmp_path, {"dazzle.toml": f'[project]\nname = "ticket_desk"\n{manifest}'})
    document: dict[str, Any] = {"name": "ticket_desk", "title": "Ticket  Desk\n", "domain": {"entities": []}}
    for part in parts:
        document |= PARTS[part]
    read = manifest_in(project)
    appspec = read_document(document, name="model.json")
    inferred = infer(appspec, read.facts)
    files = read_project_files(project, DEFAULT_RUNTIME, read_declared(project), module_paths=read.module_paths)
    workload = workload_of(read, appspec, inferred, files.commands)
    title = "Ticket  Desk\n"
    return docker_answers(read, inferred, title, files), terraform_answers(read, inferred, workload), read


@pytest.mark.parametrize(
    ("parts", "docker", "terraform"),
    [
        ([], {"database": False, "redis": False}, {"database": False, "queue": False}),
        (["entities"], {"database": True, "redis": False, "worker": False}, {"database": True, "cache": False}),
        (["files"], {"storage": True}, {"storage": True, "storage_buckets": ["STORAGE_BUCKET"]}),
        (["integration"], {"redis": True, "worker": True}, {"cache": True, "queue": True, "worker": True}),
        (["schedule"], {"redis": True, "scheduler": False}, {"queue": True, "cache": False, "scheduler": False}),
        (["mail"], {"mail": True, "redis": True}, {"mail": True, "queue": True}),
        (["ledger"], {"ledger": True}, {"ledger": True}),
        (["llm"], {"dazzle_extras": ["llm", "serve"]}, {}),
    ],
)
def test_each_need_brings_what_serves_it(
    tmp_path: Path, parts: list[str], docker: dict[str, Any], terraform: dict[str, Any]
) -> None:
    local, cloud, _ = built(tmp_path, parts)
    assert {name: getattr(local, name) for name in docker} == docker
    assert {name: getattr(cloud, name) for name in terraform} == terraform


def test_names_and_titles_are_spelled_as_each_target_wants_them(tmp_path: Path) -> None:
    local, cloud, _ = built(tmp_path, ["entities"])
    assert (local.app_name, cloud.app_name, local.app_title) == ("ticket-desk", "ticket-desk", "Ticket Desk")
    assert (local.directory, local.project_root) == ("infra/docker", "../..")


def test_secrets_are_names_and_never_values(tmp_path: Path) -> None:
    local, cloud, _ = built(tmp_path, ["files", "integration"])
    assert {"POSTGRES_PASSWORD", "STORAGE_SECRET_KEY"} < set(local.secrets)
    assert "POSTGRES_PASSWORD" not in cloud.generated_secrets
    pager = next(variable for variable in local.variables if variable.name == "PAGER_API_KEY")
    assert (pager.secret, pager.value, pager.because) == (True, "", "integration pager")
    assert [variable.name for variable in cloud.secrets] == ["PAGER_API_KEY"]
    assert [variable.name for variable in cloud.settings] == ["PAGER_BASE_URL"]


def test_a_scheduler_needs_a_command_and_the_cloud_its_own_words(tmp_path: Path) -> None:
    command = "[infra]\nscheduler_command = 'python -m app.tick'\n"
    local, cloud, _ = built(tmp_path, ["schedule"], command)
    assert (local.scheduler, local.scheduler_command) == (True, ["python", "-m", "app.tick"])
    assert [(one.name, one.expression, one.timezone) for one in cloud.schedules] == [
        ("nightly", "cron(0 3 * * ? *)", "Europe/Berlin")
    ]


def test_a_schedule_that_the_cloud_cannot_keep_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PARTS, "odd", {"schedules": [{"name": "odd_days", "interval_seconds": 90}]})
    with pytest.raises(UsageError, match="odd_days"):
        built(tmp_path, ["odd"], "[infra]\nscheduler_command = 'tick'\n")


@pytest.mark.parametrize(
    ("files", "dependencies", "python"),
    [
        ({}, "generated", "3.12"),
        ({"requirements.txt": "dazzle-dsl\n"}, "requirements", "3.12"),
        ({"pyproject.toml": PYPROJECT}, "pyproject", "3.13"),
        (
            {"pyproject.toml": '[project]\nname = "x"\nrequires-python = "~=3.13"\n', "uv.lock": "version = 1\n"},
            "uv",
            "3.13",
        ),
        ({"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.9"\n'}, "generated", "3.12"),
        ({"pyproject.toml": "[tool.ruff]\n"}, "generated", "3.12"),
        ({"pyproject.toml": POETRY}, "poetry", "3.13"),
        ({"pyproject.toml": POETRY, "poetry.lock": ""}, "poetry", "3.13"),
        ({"pyproject.toml": POETRY, "requirements.txt": ""}, "requirements", "3.13"),
        ({"pyproject.toml": PYPROJECT, "poetry.lock": ""}, "poetry", "3.13"),
        ({"poetry.lock": ""}, "generated", "3.12"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.12"\n'}, "generated", "3.12"),
        ({"pyproject.toml": "broken ["}, "generated", "3.12"),
        ({"uv.lock": "version = 1\n", "requirements.txt": ""}, "requirements", "3.12"),
    ],
)
def test_dependencies_come_from_the_projects_own_files(
    tmp_path: Path, files: dict[str, str], dependencies: str, python: str
) -> None:
    local, _, _ = built(build_tree(tmp_path, files), ["entities"])
    assert (local.dependencies, local.python_version) == (dependencies, python)


def test_what_goes_into_the_image_is_the_model_and_the_conventional_folders(tmp_path: Path) -> None:
    project = build_tree(tmp_path, {"dsl/a.dsl": "", "site/x": "", "notes/x": "", "static/x": "", "sitespec.yaml": ""})
    local, _, _ = built(project, [])
    assert local.copy_paths == ["dazzle.toml", "dsl", "site", "sitespec.yaml", "static"]
    local, _, _ = built(project, [], "[infra.docker]\ncopy = ['notes', 'dazzle.toml']\n")
    assert local.copy_paths == ["dazzle.toml", "notes"]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(sorted(PARTS)), unique=True))
def test_a_construct_that_brings_no_need_changes_no_answer_but_its_own(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("p")
    local, cloud, _ = built(folder, parts)
    again, cloud_again, _ = built(folder, list(reversed(parts)))
    if "files" not in parts or "entities" not in parts:
        assert (local, cloud) == (again, cloud_again)
    assert local.redis == bool({"integration", "schedule", "mail"} & set(parts))
    assert local.worker == local.redis == cloud.queue
    assert [variable.name for variable in local.variables] == sorted(variable.name for variable in local.variables)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("storage", "entity Ticket: field scan: file"),
        ("image_name", "[infra.docker] image_name"),
        ("python_version", "a default"),
        ("copy_paths", "[infra.docker] copy"),
        ("queue", "no integration"),
        ("database", "entity Ticket"),
        ("dependencies", "the project's dependency files"),
        ("app_title", "the model's title"),
        ("app_name", "[project] name"),
    ],
)
def test_an_answer_knows_where_it_comes_from(tmp_path: Path, question: str, expected: str) -> None:
    _, _, manifest = built(tmp_path, ["files"], "[infra.docker]\nimage_name = 'desk'\ncopy = ['dsl']\n")
    document = {"name": "x", "domain": {"entities": [ENTITY]}}
    inferred = infer(read_document(document, name="model.json"), manifest.facts)
    sources = {**TERRAFORM_SOURCES, **DOCKER_SOURCES}
    assert expected in provenance(question, sources, manifest, inferred)


@pytest.mark.parametrize(("sources", "model"), [(DOCKER_SOURCES, DockerAnswers), (TERRAFORM_SOURCES, TerraformAnswers)])
def test_no_answer_comes_from_nowhere(tmp_path: Path, sources: dict[str, Source], model: Any) -> None:
    _, _, manifest = built(tmp_path, [])
    inferred = infer(read_document({"name": "x", "domain": {"entities": []}}, name="model.json"), manifest.facts)
    for question in set(model.model_fields) - set(sources):
        assert provenance(question, sources, manifest, inferred) != "a default", question


@pytest.mark.parametrize(("sources", "model"), [(DOCKER_SOURCES, DockerAnswers), (TERRAFORM_SOURCES, TerraformAnswers)])
def test_sources_are_told_for_questions_that_there_are(sources: dict[str, object], model: Any) -> None:
    assert set(sources) <= set(model.model_fields)
