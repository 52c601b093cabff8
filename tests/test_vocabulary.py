"""The vocabulary of templates: its promises hold for any model and any runtime."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.appspec import AppSpec, AppSpecSource, load_appspec, read_document
from dazzle_infra.backends import Application
from dazzle_infra.errors import UsageError
from dazzle_infra.requirements import infer
from dazzle_infra.workload.labels import dns_labels
from dazzle_infra.workload.model import Schedule, Workload
from dazzle_infra.workload.vocabulary import VOCABULARY_VERSION, Output, vocabulary
from dazzle_infra.workload.vocabulary_models import Vocabulary
from tests.support.appspecs import any_model, document, documents
from tests.support.workloads import BUSY, RUNTIMES, application, workload

OUTPUT = Output("infra/chart")
LABEL = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
LINES = """worker_command = "work"
scheduler_command = "tick"
[storage.files]
bucket = "${FILES_BUCKET}"
endpoint_url = "${FILES_ENDPOINT}"
"""
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def applications(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Application]:
    """Return an application of each runtime."""
    folder = tmp_path_factory.mktemp("projects")
    return {name: application(folder / name, BUSY, LINES, files) for name, files in RUNTIMES.items()}


def keep_promises(told: dict[str, Any]) -> None:
    """Check what holds for each vocabulary."""
    assert Vocabulary.model_validate(told).model_dump(mode="json") == told
    assert json.loads(json.dumps(told)) == told
    text = yaml.safe_dump(told, sort_keys=False)
    assert yaml.safe_load(text) == told
    assert not re.search(r"[&*]id\d", text)
    named = [one["name"] for key in ("services", "stores") for one in told[key]]
    assert len(named) == len(set(named))
    assert all(LABEL.fullmatch(name) and len(name) <= 21 for name in named)
    assert all(LABEL.fullmatch(name) for name in [told["app_name"], *(one["name"] for one in told["environments"])])
    assert len(told["app_name"]) <= 30
    assert all(one["command"] and all(one["command"]) for one in told["services"])
    assert {one["store"] for one in told["bindings"]} <= {"", *(one["name"] for one in told["stores"])}
    for key, field in (("stores", "name"), ("bindings", "variable"), ("settings", "name"), ("secrets", "name")):
        listed = [one[field] for one in told[key]]
        assert listed == sorted(set(listed))
    variables = [one[field] for key, field in (("bindings", "variable"), ("settings", "name"), ("secrets", "name"))
                 for one in told[key]]  # fmt: skip
    assert len(variables) == len(set(variables))


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_vocabulary_of_every_runtime_keeps_its_promises(applications: dict[str, Application], runtime: str) -> None:
    told = vocabulary(applications[runtime].workload, OUTPUT)
    assert told["runtime"] == runtime
    keep_promises(told)


@pytest.mark.parametrize(
    "example", [str(path.relative_to(EXAMPLES)) for path in sorted(EXAMPLES.glob("*/appspec.json*"))]
)
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_vocabulary_of_the_examples_keeps_its_promises(
    applications: dict[str, Application], runtime: str, example: str
) -> None:
    loaded = load_appspec(EXAMPLES, source=AppSpecSource(file=str(EXAMPLES / example)))
    keep_promises(vocabulary(with_model(applications[runtime], loaded.appspec), OUTPUT))


@any_model
@given(documents(), st.sampled_from(sorted(RUNTIMES)))
def test_the_vocabulary_of_any_model_keeps_its_promises(
    applications: dict[str, Application], model: dict[str, Any], runtime: str
) -> None:
    found = with_model(applications[runtime], read_document(model, name="test"))
    if any(service.schedule and not is_cron(service.schedule) for service in found.services):
        with pytest.raises(UsageError, match=r"^schedule "):
            vocabulary(found, OUTPUT)
    else:
        keep_promises(vocabulary(found, OUTPUT))


def with_model(one: Application, model: AppSpec) -> Workload:
    """Return the workload of an application with another model."""
    return replace(one, appspec=model, inferred=infer(model, one.manifest.facts)).workload


def is_cron(schedule: Schedule) -> bool:
    seconds = schedule.interval_seconds or 0
    times = [60 * count for count in range(1, 61) if 60 % count == 0]
    return schedule.cron is not None or seconds in times


@any_model
@given(st.sets(st.text(), max_size=8), st.sets(st.sampled_from(["web", "worker", "x"])))
def test_labels_are_labels_unlike_each_other_and_unlike_taken_ones(names: set[str], taken: set[str]) -> None:
    labels = dns_labels(names, "service", taken)
    assert set(labels) == names
    assert len({*labels.values(), *taken}) == len(names) + len(taken)
    assert all(LABEL.fullmatch(label) and len(label) <= 21 for label in labels.values())


def test_a_label_stays_when_a_name_that_resembles_it_is_added() -> None:
    assert dns_labels(["daily-run"], "x")["daily-run"] == "daily-run"
    assert dns_labels(["daily-run", "daily_run"], "x")["daily-run"] == "daily-run"


@pytest.mark.parametrize(
    ("schedule", "cron"),
    [
        ({"cron": " 0  9 * * MON-FRI "}, "0 9 * * MON-FRI"),
        ({"cron": "@daily"}, "0 0 * * *"),
        ({"interval_seconds": 60}, "* * * * *"),
        ({"interval_seconds": 900}, "*/15 * * * *"),
        ({"interval_seconds": 3600}, "0 * * * *"),
        ({"interval_seconds": 21600}, "0 */6 * * *"),
        ({"interval_seconds": 86400}, "0 0 * * *"),
        ({"interval_seconds": 604800}, "0 0 * * 0"),
    ],
)
def test_a_schedule_is_a_cron_expression_of_five_fields(tmp_path: Path, schedule: dict[str, Any], cron: str) -> None:
    found = workload(tmp_path, document(schedules=[{"name": "x", **schedule}]), "scheduler_command = 'tick'\n")
    scheduled = [one for one in vocabulary(found, OUTPUT)["services"] if one["kind"] == "scheduled"]
    assert [(one["cron"], one["timezone"]) for one in scheduled] == [(cron, "UTC")]


@pytest.mark.parametrize(
    ("schedule", "problem"),
    [
        ({"cron": "0 9 *"}, "3 fields"),
        ({"interval_seconds": 90}, "90 seconds"),
        ({"interval_seconds": 0}, "0 seconds"),
        ({"interval_seconds": 50400}, "50400 seconds"),
        ({}, "no cron expression"),
    ],
)
def test_a_schedule_without_a_cron_expression_is_refused_by_name(
    tmp_path: Path, schedule: dict[str, Any], problem: str
) -> None:
    found = workload(tmp_path, document(schedules=[{"name": "odd", **schedule}]), "scheduler_command = 'tick'\n")
    with pytest.raises(UsageError, match=f"schedule odd: .*{problem}"):
        vocabulary(found, OUTPUT)


def test_an_output_has_its_own_directory_names_image_and_environments(tmp_path: Path) -> None:
    found = workload(tmp_path)
    told = vocabulary(found, Output("deploy/here/chart", "old-name", "ghcr.io/x/y:1", ("prod", "dev")))
    assert (told["directory"], told["project_root"]) == ("deploy/here/chart", "../../..")
    assert (told["app_name"], told["image"]) == ("old-name", "ghcr.io/x/y:1")
    assert [one["name"] for one in told["environments"]] == ["prod", "dev"]
    assert vocabulary(found, Output("x", app_name="no_label"))["app_name"] == "desk"
    assert vocabulary(found, OUTPUT)["image"] == "desk:1.2.0"


def test_the_version_of_the_vocabulary_changes_with_its_names() -> None:
    names = {
        "app_name": "str", "app_title": "str", "app_version": "str", "bindings": "list", "directory": "str",
        "environments": "list", "image": "str", "project_root": "str", "runtime": "str", "secrets": "list",
        "services": "list", "settings": "list", "stores": "list", "user_id": "int", "vocabulary_version": "int",
        "writable_paths": "list",
    }  # fmt: skip
    schema = Vocabulary.model_json_schema()["properties"]
    types = {"string": "str", "integer": "int", "array": "list"}
    told = {name: types[stated["type"]] for name, stated in schema.items()}
    assert (VOCABULARY_VERSION, {name: told.get(name) for name in names}) == (1, names), "raise VOCABULARY_VERSION"


def test_every_name_of_the_vocabulary_is_described() -> None:
    schema = Vocabulary.model_json_schema()
    for record in (schema, *schema["$defs"].values()):
        assert all(stated.get("description") for stated in record["properties"].values()), record["title"]
