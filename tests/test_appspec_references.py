"""Variables that a model's texts refer to, with the construct they stand in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.appspec import AppSpecSource, Reference, load_appspec
from tests.support.appspecs import appspec, document, entity
from tests.support.trees import build_tree


def _tell(reference: Reference) -> tuple[str, str, str, str]:
    return reference.variable, reference.kind, reference.name, reference.key


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ({"webhooks": [{"name": "Hook", "url": 'config("HOOK_URL")'}]}, ("HOOK_URL", "webhook", "Hook", "url")),
        (
            {"webhooks": [{"name": "Hook", "auth": {"secret_ref": 'env("HOOK_SECRET")'}}]},
            ("HOOK_SECRET", "webhook", "Hook", "auth.secret_ref"),
        ),
        ({"params": [{"key": "limit", "default": 'env("LIMIT")'}]}, ("LIMIT", "param", "limit", "default")),
        ({"processes": [{"name": "p", "x": [{"y": ['env("DEEP")']}]}]}, ("DEEP", "process", "p", "x.y")),
        ({"entities": [entity("Note") | {"hint": 'env("HINT")'}]}, ("HINT", "entity", "Note", "hint")),
        ({"analytics": {"id": 'config("GTM_ID")'}}, ("GTM_ID", "analytics", "", "id")),
        ({"hyperloops": ['config("LOOP")']}, ("LOOP", "hyperloop", "", "")),
    ],
)
def test_a_reference_is_found_wherever_it_stands(sections: dict[str, Any], expected: tuple[str, str, str, str]) -> None:
    assert [_tell(reference) for reference in appspec(**sections).references] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        'see config("X")',
        'config("X") ',
        "config(X)",
        "config('X')",
        'config("")',
        'config("a b")',
        'settings("X")',
        'config("ÄX")',
        'CONFIG("X")',
    ],
)
def test_a_text_that_is_not_exactly_a_reference_is_none(text: str) -> None:
    assert appspec(params=[{"key": "k", "default": text}]).references == ()


def test_a_reference_under_secret_ref_or_in_a_sensitive_parameter_is_a_secret() -> None:
    spec = appspec(
        webhooks=[{"name": "Hook", "url": 'config("A")', "auth": {"secret_ref": 'config("B")'}}],
        params=[{"key": "k", "default": 'env("C")', "sensitive": True}],
    )
    assert [(reference.variable, reference.is_secret) for reference in spec.references] == [
        ("A", False),
        ("B", True),
        ("C", True),
    ]


def test_a_reference_tells_the_place_and_the_owner_of_its_construct() -> None:
    place = {"file": "dsl/app.dsl", "line": 3, "column": 1}
    owned = entity("AIJob", domain="platform") | {"hint": 'env("A")', "source": place}
    (reference,) = appspec(entities=[owned]).references
    assert (reference.source, reference.is_platform) == ("dsl/app.dsl:3", True)


@pytest.mark.parametrize("spelled", ['"env(\\"TOKEN\\")"', '"\\u0065nv(\\"TOKEN\\")"', '"env(\\u0022TOKEN\\u0022)"'])
def test_a_reference_is_found_however_the_json_spells_it(tmp_path: Path, spelled: str) -> None:
    text = json.dumps(document(params=[{"key": "k", "default": "HERE"}])).replace('"HERE"', spelled)
    build_tree(tmp_path, {"export.json": text})
    loaded = load_appspec(tmp_path, source=AppSpecSource(configured="export.json"))
    assert [reference.variable for reference in loaded.appspec.references] == ["TOKEN"]
