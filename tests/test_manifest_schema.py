"""The JSON Schema, the reference in docs/manifest.md and what is really read agree with each other."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from dazzle_infra.backends import backend_tables
from dazzle_infra.clouds.aws.profiles import EnvironmentSettings, resolve
from dazzle_infra.project.manifest import custom_names, empty_manifest, schema
from dazzle_infra.project.manifest.backend_tables import infra_model
from tests.support.manifests import manifest_in
from tests.support.toml import table_of, toml_values
from tests.support.trees import build_tree

REFERENCE = (Path(__file__).parent.parent / "docs" / "manifest.md").read_text(encoding="utf-8")
EXAMPLES = [block for block in re.findall(r"```toml\n(.*?)```", REFERENCE, flags=re.DOTALL) if "[infra" in block]
TABLES_OF_BACKENDS = backend_tables()
SCHEMA = schema(TABLES_OF_BACKENDS)
TABLES = {
    "[infra]": "infra",
    "[infra.commands]": "CommandsTable",
    "[infra.entry_points.NAME]": "EntryPointTable",
    "[infra.env.NAME]": "EnvironmentTable",
    "[infra.custom.NAME]": "CustomSettings",
    "[infra.docker]": "DockerSettings",
    "[infra.terraform]": "TerraformSettings",
    "[infra.terraform.deployers]": "DeployersTable",
    "[infra.terraform.env.NAME]": "EnvironmentSettings",
    "[infra.server]": "ServerSettings",
    "[infra.server.env.NAME]": "ServerEnvironmentTable",
    "[infra.ci]": "CiSettings",
    "[infra.overrides]": "OverrideTable",
    "[infra.hooks]": "HooksTable",
}
OPEN = {"[infra.hooks]"}
"""Tables that contain tables by name."""


def definition(name: str) -> dict[str, Any]:
    node: dict[str, Any] = SCHEMA["properties"]["infra"] if name == "infra" else SCHEMA["$defs"][name]
    return node


def mistakes(table: dict[str, Any], whole: dict[str, Any] = SCHEMA) -> list[tuple[str, object]]:
    """Return the place in `[infra]` and the broken keyword of each mistake."""
    errors = Draft202012Validator(whole).iter_errors({"infra": table})
    return [(error.json_path.removeprefix("$.infra"), error.validator) for error in errors]


def test_the_schema_is_a_valid_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_is_plain_json_and_the_same_each_time() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(SCHEMA)) == schema(TABLES_OF_BACKENDS)
    assert "null" not in json.dumps(SCHEMA)


def test_infra_is_closed_and_the_rest_is_open() -> None:
    for section, name in TABLES.items():
        is_closed = definition(name)["additionalProperties"] is False
        assert is_closed == (section not in OPEN)
    assert "additionalProperties" not in SCHEMA
    assert Draft202012Validator(SCHEMA).is_valid({"anything": [1], "infra": {}})


def test_every_key_is_described() -> None:
    for name in TABLES.values():
        table = definition(name)
        assert re.fullmatch(r"[A-Z].+\.", table["description"])
        for key, node in table["properties"].items():
            assert re.fullmatch(r"[A-Z].+\.", node["description"]), (name, key)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_reference_loads_and_fits_the_schema(tmp_path: Path, example: str) -> None:
    manifest = manifest_in(build_tree(tmp_path, {"dazzle.toml": example}))
    assert manifest != empty_manifest(TABLES_OF_BACKENDS)
    whole = schema(replace(TABLES_OF_BACKENDS, custom=custom_names(tomli.loads(example))))
    assert mistakes(tomli.loads(example)["infra"], whole) == []


@settings(deadline=None)
@given(table=table_of(toml_values()))
def test_what_loads_fits_the_schema(table: dict[str, Any]) -> None:
    try:
        infra_model(TABLES_OF_BACKENDS).model_validate(table)
    except ValueError:
        return
    assert mistakes(table) == []


@pytest.mark.parametrize(
    ("text", "place", "keyword"),
    [
        ("[infra]\nbackend = []", "", "additionalProperties"),
        ("[infra]\nbackends = ['k8s']", ".backends[0]", "enum"),
        ("[infra.docker]\nimage_name = 'A'", ".docker.image_name", "pattern"),
        ("[infra.docker]\nvariant = 'x'", ".docker.variant", "const"),
        ("[infra.terraform]\nenvironments = ['Dev']", ".terraform.environments[0]", "pattern"),
        ("[infra.terraform.env.dev]\nzone_count = 1", ".terraform.env.dev.zone_count", "minimum"),
        ("[infra.overrides]\nqueue = false", ".overrides.queue", "type"),
        ("[infra.overrides]\nqueue = {}", ".overrides.queue", "required"),
        ("[infra.overrides]\nwater = {}", ".overrides", "additionalProperties"),
    ],
)
def test_an_editor_sees_the_same_mistakes(text: str, place: str, keyword: str) -> None:
    assert (place, keyword) in mistakes(tomli.loads(text)["infra"])


def reference(section: str) -> dict[str, list[str]]:
    """Return the rows of a section's table by their key."""
    text = REFERENCE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:3] == "| `"]
    return {cells[0].strip("` "): cells[1:] for cells in rows}


@pytest.mark.parametrize(("section", "name"), TABLES.items())
def test_the_reference_has_every_key_and_no_other(section: str, name: str) -> None:
    tables = {"commands", "custom", "deployers", "docker", "entry_points", "env", "hooks", "overrides"}
    tables |= {"ci", "server", "terraform"}
    assert list(reference(section)) == [key for key in definition(name)["properties"] if key not in tables]


@pytest.mark.parametrize("section", [section for section in TABLES if "env" not in section])
def test_the_reference_tells_the_defaults(section: str) -> None:
    for key, cells in reference(section).items():
        node = definition(TABLES[section])["properties"][key]
        if "default" in node:
            assert cells[1] == f"`{json.dumps(node['default'])}`"
        else:
            assert not cells[1].startswith("`[") or key == "name"


def test_the_reference_tells_what_follows_from_each_profile() -> None:
    profiles = [resolve(name, EnvironmentSettings()).model_dump() for name in ("dev", "staging", "prod")]
    for key, cells in reference("[infra.terraform.env.NAME]").items():
        values = [profile[key] for profile in profiles]
        told = [json.dumps(value).strip('"') if value or value is False else "none" for value in values]
        assert [cell.strip("`") for cell in cells[1:4]] == told, key


def test_the_reference_names_every_need() -> None:
    line = next(line for line in REFERENCE.splitlines() if "The keys are the needs" in line)
    needs = definition("infra")["properties"]["overrides"]["properties"]
    assert [word for word in re.findall(r"`(\w+)`", line) if word in needs] == sorted(needs)
