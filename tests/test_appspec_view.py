"""The typed view: tolerant of what it does not know, strict about what it uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from dazzle_infra.appspec import AppSpec, AppSpecSource, load_appspec, read_document
from dazzle_infra.errors import AppSpecError
from tests.support.appspecs import any_model, appspec, document, documents, entity
from tests.support.trees import build_tree


def test_an_appspec_without_the_constructs_of_other_versions_has_none_of_them() -> None:
    spec = appspec()
    assert (spec.name, spec.title, spec.version) == ("demo", "Demo", "1.0.0")
    assert not spec.channels
    assert not spec.integrations
    assert not spec.jobs
    assert spec.tenancy is None


def test_a_title_that_is_missing_is_the_name() -> None:
    assert read_document(document() | {"title": None}, name="test").title == "demo"


def test_a_title_is_brought_to_one_line() -> None:
    assert read_document(document() | {"title": " A\n  desk\t "}, name="test").title == "A desk"


def test_unknown_keys_are_ignored_whatever_they_hold() -> None:
    spec = document(hyperloops=[1, {"a": None}], references="none of ours", integrations=[{"name": "x", "warp": 9}])
    assert [integration.name for integration in read_document(spec, name="test").integrations] == ["x"]


def test_a_null_is_the_same_as_a_missing_key() -> None:
    spec = appspec(integrations=None, channels=[{"name": "news", "kind": None, "send_operations": None}], tenancy=None)
    assert spec.integrations == ()
    assert spec.channels[0].kind == "email"


def test_only_fields_that_hold_files_are_kept() -> None:
    spec = appspec(entities=[entity("Invoice", title="str", scan="file", photo="image")])
    assert [field.name for field in spec.entities[0].fields] == ["scan", "photo"]


def test_steps_nested_at_any_depth_are_listed_in_the_order_of_the_text() -> None:
    step: dict[str, Any] = {"name": "last", "kind": "send"}
    for level in range(3000):
        step = {"name": f"level_{level}", "kind": "parallel", "parallel_steps": [step]}
    spec = appspec(processes=[{"name": "p", "steps": [{"name": "first", "kind": "wait"}, step]}])
    steps = spec.processes[0].steps
    assert (steps[0].name, steps[1].name, steps[-1].name) == ("first", "level_2999", "last")


def test_a_reference_to_a_parameter_counts_with_its_default() -> None:
    cron = {"key": "sweep", "param_type": "str", "default": "0 3 * * *"}
    assert appspec(schedules=[{"name": "s", "cron": cron}]).schedules[0].cron == "0 3 * * *"


@pytest.mark.parametrize(
    ("key", "sections"),
    [
        ("integrations[0].name", {"integrations": [{"title": "no name"}]}),
        ("integrations", {"integrations": {"name": "not a list"}}),
        (
            "integrations[0].auth.credentials",
            {"integrations": [{"name": "x", "auth": {"auth_type": "a", "credentials": "K"}}]},
        ),
        ("integrations[0].name", {"integrations": [{"name": 7}]}),
        ("integrations[0].name", {"integrations": [{"name": ""}]}),
        ("domain.entities[1]", {"entities": [entity("A"), {"name": "B", "fields": [{"name": "f"}]}]}),
        ("domain.entities[0]", {"entities": ["Note"]}),
        ("processes[0].steps[0].name", {"processes": [{"name": "p", "steps": [{"kind": "wait"}]}]}),
        ("processes[0].steps", {"processes": [{"name": "p", "steps": [{"name": "s", "parallel_steps": 5}]}]}),
        ("processes[0].trigger.interval_seconds", {"processes": [{"name": "p", "trigger": {"interval_seconds": "9"}}]}),
        ("processes[0].source", {"processes": [{"name": "p", "source": {"file": "a.dsl"}}]}),
        ("tenancy.isolation.mode", {"tenancy": {"isolation": {"mode": ["x"]}}}),
    ],
)
def test_a_wrong_value_in_a_key_that_is_used_is_named(key: str, sections: dict[str, Any]) -> None:
    with pytest.raises(AppSpecError) as raised:
        read_document(document(**sections), name="export.json")
    assert raised.value.where is not None
    assert (raised.value.where.file, raised.value.where.key) == ("export.json", key)
    assert key in raised.value.message


@pytest.mark.parametrize(
    "text", ["a\nb", "tab\there", "esc\x1b[31m", "turn\u202earound", "line\u2028end", "half \ud800"]
)
def test_a_name_that_could_break_out_of_a_comment_is_refused(text: str) -> None:
    for sections in ({"integrations": [{"name": text}]}, {"entities": [entity(text)]}):
        with pytest.raises(AppSpecError):
            read_document(document(**sections), name="test")


def test_several_mistakes_are_counted() -> None:
    with pytest.raises(AppSpecError, match=r"\(\+2 more\)"):
        appspec(slas=[{}, {}, {}])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{project}/dsl/app.dsl", "dsl/app.dsl"),
        ("{project}/../shared/base.dsl", "../shared/base.dsl"),
        ("/home/ann/desk/dsl/app.dsl", "dsl/app.dsl"),
        ("examples/desk/dsl/app.dsl", "dsl/app.dsl"),
        ("dsl/app.dsl", "dsl/app.dsl"),
        ("C:\\desk\\dsl\\app.dsl", "dsl/app.dsl"),
        ("/home/ann/desk/other.dsl", "/home/ann/desk/other.dsl"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("far/off/../shared/base.dsl", "far/off/../shared/base.dsl"),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_the_place_of_a_construct_is_told_relative_to_the_project(tmp_path: Path, written: str, expected: str) -> None:
    project = build_tree(tmp_path / "desk", {"dsl/app.dsl": "", "../shared/base.dsl": ""})
    place = {"file": written.replace("{project}", str(project)), "line": 12, "column": 1}
    spec = document(processes=[{"name": "p", "source": place}], atomic_flows=[{"name": "f", "location": place}])
    build_tree(project, {"export.json": json.dumps(spec)})
    loaded = load_appspec(project, source=AppSpecSource(configured="export.json"))
    assert loaded.appspec.processes[0].source == f"{expected}:12"
    assert loaded.appspec.atomic_flows[0].source == f"{expected}:12"


@any_model
@given(documents())
def test_the_view_survives_being_written_and_read(spec: dict[str, Any]) -> None:
    view = read_document(spec, name="test")
    assert AppSpec.model_validate_json(view.model_dump_json(exclude_defaults=True)) == view
