"""The registry of needs, and who answers for each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dazzle_infra.backends import Application, Backend, backends
from dazzle_infra.backends.docker.sources import DOCKER_SOURCES
from dazzle_infra.backends.terraform.sources import TERRAFORM_SOURCES
from dazzle_infra.requirements import ProjectFacts, because, infer
from dazzle_infra.requirements.needs import NEED_NAMES, NEEDS, need_record
from tests.support.appspecs import appspec
from tests.support.cli import run_here
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree

FOLDER = Path(__file__).parent.parent / "dazzle_infra/requirements/needs"


def test_each_file_of_a_need_is_registered_under_its_own_name() -> None:
    files = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in ("__init__", "record"))
    assert list(NEED_NAMES) == files


def test_a_need_requires_only_a_need_that_requires_nothing() -> None:
    for record in NEEDS:
        if record.requires is not None:
            assert need_record(record.requires).requires is None, record.name


def test_a_need_that_nothing_asks_for_says_what_was_looked_for() -> None:
    for requirement in infer(appspec(entities=[]), ProjectFacts()):
        assert because(requirement) == need_record(requirement.name).absent


def test_every_backend_answers_every_need_by_name(tmp_path: Path) -> None:
    build_tree(tmp_path, {"dazzle.toml": "[infra]\nworker_command = 'work'\nscheduler_command = 'tick'\n"})
    manifest, model = manifest_in(tmp_path), appspec()
    application = Application(tmp_path, manifest, model, infer(model, manifest.facts))
    unanswered = []
    for backend in backends():
        for need in NEED_NAMES:
            try:
                answered = backend.provides(need, application) != Backend.provides(backend, need, application)
            except KeyError:
                answered = False
            if not answered:
                unanswered.append(f"backend {backend.name} does not answer need {need}")
    assert not unanswered


def test_the_sources_of_answers_name_only_needs_that_exist() -> None:
    for sources in (DOCKER_SOURCES, TERRAFORM_SOURCES):
        for question, source in sources.items():
            assert isinstance(source, str) or set(source) <= set(NEED_NAMES), question


def test_an_unknown_need_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="water"):
        infer(appspec(), ProjectFacts())["water"]


def test_the_schema_describes_the_override_of_each_need(tmp_path: Path) -> None:
    described = json.loads(run_here("schema", cwd=tmp_path).out)["properties"]["infra"]["properties"]["overrides"]
    assert {name: key["description"] for name, key in described["properties"].items()} == {
        record.name: record.summary for record in NEEDS
    }
