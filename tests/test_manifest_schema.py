"""The JSON Schema, the reference in docs/manifest.md and what is really read agree with each other."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given, settings

from dazzle_infra.answers.profiles import EnvironmentSettings, resolve
from dazzle_infra.manifest import InfraTable, Manifest, read_manifest, schema
from tests.support.json_schema import KEYWORDS, mistakes
from tests.support.toml import table_of, toml_values
from tests.support.trees import build_tree

REFERENCE = (Path(__file__).parent.parent / "docs" / "manifest.md").read_text(encoding="utf-8")
EXAMPLES = [block for block in re.findall(r"```toml\n(.*?)```", REFERENCE, flags=re.DOTALL) if "[infra" in block]
SCHEMA = schema()
TABLES = {
    "[infra]": "infra",
    "[infra.entry_points.NAME]": "EntryPointTable",
    "[infra.docker]": "DockerTable",
    "[infra.terraform]": "TerraformTable",
    "[infra.terraform.env.NAME]": "EnvironmentSettings",
    "[infra.overrides]": "OverrideTable",
}


def definition(name: str) -> dict[str, Any]:
    node: dict[str, Any] = SCHEMA["properties"]["infra"] if name == "infra" else SCHEMA["$defs"][name]
    return node


def test_the_schema_knows_no_keyword_that_these_tests_do_not_check() -> None:
    nodes = [SCHEMA["properties"]["infra"], *SCHEMA["$defs"].values()]
    while nodes:
        node = nodes.pop()
        assert node.keys() <= KEYWORDS
        nodes += [*node.get("properties", {}).values(), *node.get("anyOf", ())]
        nodes += [inner for key in ("items", "additionalProperties") if isinstance(inner := node.get(key), dict)]


def test_the_schema_is_plain_json_and_the_same_each_time() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(SCHEMA)) == schema()
    assert "null" not in json.dumps(SCHEMA)


def test_infra_is_closed_and_the_rest_is_open() -> None:
    for name in TABLES.values():
        assert definition(name)["additionalProperties"] is False
    assert "additionalProperties" not in SCHEMA
    assert list(mistakes({"anything": [1], "infra": {}}, SCHEMA, SCHEMA)) == []


def test_every_key_is_described() -> None:
    for name in TABLES.values():
        table = definition(name)
        assert re.fullmatch(r"[A-Z].+\.", table["description"])
        for key, node in table["properties"].items():
            assert re.fullmatch(r"[A-Z].+\.", node["description"]), (name, key)


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_reference_loads_and_fits_the_schema(tmp_path: Path, example: str) -> None:
    manifest = read_manifest(build_tree(tmp_path, {"dazzle.toml": example}))
    assert manifest != Manifest()
    assert list(mistakes(tomli.loads(example)["infra"], definition("infra"), SCHEMA)) == []


@settings(deadline=None)
@given(table=table_of(toml_values()))
def test_what_loads_fits_the_schema(table: dict[str, Any]) -> None:
    try:
        InfraTable.model_validate(table)
    except ValueError:
        return
    assert list(mistakes(table, definition("infra"), SCHEMA)) == []


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[infra]\nbackend = []", " has backend"),
        ("[infra]\nbackends = ['k8s']", ".backends[0] breaks enum"),
        ("[infra.docker]\nimage_name = 'A'", ".docker.image_name breaks pattern"),
        ("[infra.docker]\nvariant = 'x'", ".docker.variant breaks const compose"),
        ("[infra.terraform]\nenvironments = ['Dev']", ".terraform.environments[0] breaks pattern"),
        ("[infra.terraform.env.dev]\nzone_count = 1", ".terraform.env.dev.zone_count breaks minimum 2"),
        ("[infra.overrides]\nqueue = false", ".overrides.queue is no object"),
        ("[infra.overrides]\nqueue = {}", ".overrides.queue breaks required"),
        ("[infra.overrides]\nwater = {}", ".overrides has water"),
    ],
)
def test_an_editor_sees_the_same_mistakes(text: str, mistake: str) -> None:
    assert mistake in next(mistakes(tomli.loads(text)["infra"], definition("infra"), SCHEMA))


def reference(section: str) -> dict[str, list[str]]:
    """Return the rows of a section's table by their key."""
    text = REFERENCE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:3] == "| `"]
    return {cells[0].strip("` "): cells[1:] for cells in rows}


@pytest.mark.parametrize(("section", "name"), TABLES.items())
def test_the_reference_has_every_key_and_no_other(section: str, name: str) -> None:
    tables = {"docker", "entry_points", "env", "overrides", "terraform"}
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
