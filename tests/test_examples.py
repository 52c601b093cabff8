"""The examples: in step with their models, readable on any machine, and as rich as other tests take them to be."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.errors import AppSpecError, PreconditionError
from scripts.export_appspecs import VARIABLE, appspec_file, export, find_dazzle, main, outdated, read, write

EXAMPLES = Path(__file__).parent.parent / "examples"
SMALL, RICH, TENANTS = (EXAMPLES / name for name in ("01-notes", "02-ticket-desk", "03-tenant-hierarchy"))
each_example = pytest.mark.parametrize("example", [SMALL, RICH, TENANTS], ids=lambda path: path.name)

Document = dict[str, Any]


@pytest.fixture(scope="module")
def dazzle() -> list[str]:
    try:
        return find_dazzle()
    except PreconditionError as error:
        pytest.skip(f"{error.message}; {error.hint}")


def document_of(example: Path) -> Document:
    document: Document = json.loads(read(appspec_file(example)))
    return document


def dictionaries(value: Any) -> Iterator[Document]:
    """Yield every object in a JSON value, the outermost first."""
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from dictionaries(child)


def a_copy(example: Path, folder: Path) -> Path:
    return Path(shutil.copytree(example, folder / example.name))


# In step


@each_example
def test_the_model_beside_an_example_is_the_one_of_its_dsl(example: Path, dazzle: list[str]) -> None:
    assert read(appspec_file(example)) == export(example, dazzle)


@each_example
def test_no_file_of_an_example_changed_since_its_model_was_exported(example: Path) -> None:
    assert outdated(example) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda root: (root / "dsl/notes.dsl").write_text("# nothing"), ["dsl/notes.dsl"]),
        (lambda root: (root / "dsl/notes.dsl").unlink(), ["dsl/notes.dsl"]),
        (lambda root: (root / "dsl/more.dsl").write_text("module more"), ["dsl/more.dsl"]),
        (lambda root: (root / "appspec.json").write_text("{}"), ["appspec.json"]),
        (lambda root: (root / "appspec.sha256").write_text(""), ["appspec.json", "dsl/notes.dsl"]),
    ],
    ids=["changed", "removed", "added", "edited model", "no digests"],
)
def test_a_file_that_changes_is_named(change: Callable[[Path], object], named: list[str], tmp_path: Path) -> None:
    copy = a_copy(SMALL, tmp_path)
    change(copy)
    assert outdated(copy) == named


def test_an_export_is_the_same_from_any_folder_and_in_any_order_of_sets(
    dazzle: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = []
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        texts.append(export(a_copy(SMALL, tmp_path / seed), dazzle))
    assert texts == [read(appspec_file(SMALL))] * 2


def test_an_export_of_dsl_that_does_not_parse_says_what_dazzle_says(dazzle: list[str], tmp_path: Path) -> None:
    copy = a_copy(SMALL, tmp_path)
    (copy / "dsl/notes.dsl").write_text("module field_notes\n\nentity :\n")
    with pytest.raises(AppSpecError, match=r"01-notes does not parse: .*notes\.dsl"):
        export(copy, dazzle)


# Writing


def test_an_equal_model_is_left_alone_and_another_one_is_written(tmp_path: Path) -> None:
    copy = a_copy(RICH, tmp_path)
    before = appspec_file(copy).read_bytes()
    assert not write(copy, read(appspec_file(copy)))
    assert appspec_file(copy).read_bytes() == before
    assert write(copy, "{}\n")
    assert (appspec_file(copy).name, read(appspec_file(copy))) == ("appspec.json", "{}\n")
    assert outdated(copy) == []


def test_a_large_model_is_compressed_without_a_date_or_a_name(tmp_path: Path) -> None:
    copy = a_copy(SMALL, tmp_path)
    text = json.dumps("x" * 300_000)
    assert write(copy, text)
    assert (appspec_file(copy).name, read(appspec_file(copy))) == ("appspec.json.gz", text)
    flags, date = appspec_file(copy).read_bytes()[3], appspec_file(copy).read_bytes()[4:8]
    assert (flags, date) == (0, b"\0\0\0\0")


@pytest.mark.parametrize(
    ("command", "message"),
    [("/no/such/dazzle", "does not run"), (sys.executable, "is not Dazzle 0.125.0")],
    ids=["missing", "something else"],
)
def test_without_a_dazzle_of_that_version_nothing_is_exported(
    command: str, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, command)
    assert main([]) == 5
    output = capsys.readouterr()
    assert message in output.err
    assert VARIABLE in output.err
    assert output.out == ""


def test_checking_what_is_committed_needs_no_dazzle(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "/no/such/dazzle")
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


# Readable anywhere


@each_example
def test_a_model_names_places_in_the_project_and_they_are_there(example: Path) -> None:
    sources = [found["source"] for found in dictionaries(document_of(example)) if found.get("source")]
    places = [source for source in sources if isinstance(source, dict) and "file" in source]
    assert places
    for place in places:
        path = example / place["file"]
        assert path.resolve().is_relative_to(example.resolve())
        assert 0 < place["line"] <= len(path.read_text().splitlines())


@each_example
def test_the_source_of_an_entity_is_the_line_that_declares_it(example: Path) -> None:
    entities = [entity for entity in document_of(example)["domain"]["entities"] if entity["source"]]
    assert entities
    for entity in entities:
        lines = (example / entity["source"]["file"]).read_text().splitlines()
        assert lines[entity["source"]["line"] - 1].startswith(f"entity {entity['name']} ")


@each_example
def test_no_file_of_an_example_holds_a_path_of_a_machine(example: Path) -> None:
    for path in example.rglob("[!.]*"):
        if path.is_file():
            text = read(path)
            assert str(EXAMPLES) not in text, path
            assert str(Path.home()) + os.sep not in text, path


@each_example
def test_an_example_says_in_a_few_lines_what_it_shows_and_how(example: Path) -> None:
    lines = (example / "README.md").read_text().splitlines()
    assert 3 <= len(lines) <= 10
    assert any(f"--appspec {appspec_file(example).name}" in line for line in lines)


# As rich as they are taken to be


def test_the_small_example_says_nothing_of_infrastructure_and_has_entities_alone() -> None:
    assert "infra" not in tomllib.loads((SMALL / "dazzle.toml").read_text())
    document = document_of(SMALL)
    own = [entity["name"] for entity in document["domain"]["entities"] if entity["domain"] != "platform"]
    assert own == ["User", "Site", "Note"]
    asynchronous = ("integrations", "processes", "schedules", "llm_intents", "slas", "experiences", "apis")
    assert [document[construct] for construct in asynchronous] == [[]] * len(asynchronous)


def test_the_rich_example_carries_the_manifest_of_the_specification() -> None:
    manifest = tomllib.loads((RICH / "dazzle.toml").read_text())
    assert manifest["infra"] == {
        "backends": ["docker", "terraform"],
        "docker": {"variant": "compose", "image_name": "ticket_desk"},
        "terraform": {
            "root_module": "./infra/terraform",
            "cloud_provider": "aws",
            "environments": ["dev", "staging", "prod"],
            "container_image": "registry.example.com/ticket-desk:1.0.0",
        },
    }
    assert manifest["storage"]["attachments"]["bucket"] == "${S3_BUCKET}"
    assert [provider["provider"] for provider in manifest["auth"]["oauth_providers"]] == ["google"]


def found(document: Document, construct: str, key: str) -> set[Any]:
    """Return what objects below the construct have under that key, lists and objects as whether there is any."""
    values = [item[key] for item in dictionaries(document[construct]) if key in item]
    return {bool(value) if isinstance(value, dict | list) else value for value in values}


@pytest.mark.parametrize(
    ("construct", "key", "values"),
    [
        ("integrations", "mode", {"scheduled", "event_driven"}),
        ("integrations", "trigger_type", {"on_create", "on_transition", "manual"}),
        ("integrations", "auth_type", {"api_key", "oauth2"}),
        ("integrations", "base_url", {"https://paging.example.com/v2", "https://accounts.example.com/v1"}),
        ("apis", "kind", {"api_key_header", "oauth2_legacy"}),
        ("foreign_models", "api_ref", {"accounts"}),
        ("schedules", "cron", {"0 * * * *", "0 6 * * 1"}),
        ("domain_services", "kind", {"domain_logic", "integration", "workflow"}),
        ("llm_models", "provider", {"anthropic", "openai"}),
        ("llm_config", "rate_limits", {True}),
        ("llm_intents", "triggers", {True, False}),
        ("searches", "entity", {"Ticket", "Article"}),
        ("slas", "name", {"first_reply"}),
        ("tenancy", "mode", {"shared_schema"}),
        ("experiences", "integration", {None, "account_lookup"}),
        ("personas", "id", {"customer", "agent", "manager", "tenant_admin", "admin"}),
    ],
)
def test_the_rich_example_has(construct: str, key: str, values: set[Any]) -> None:
    assert values <= found(document_of(RICH), construct, key)


def test_the_rich_example_has_files_with_and_without_a_store() -> None:
    fields = [
        field
        for entity in document_of(RICH)["domain"]["entities"]
        for field in entity["fields"]
        if field["type"]["kind"] == "file"
    ]
    assert {field["name"]: field["storage"] for field in fields} == {
        "logo": [],
        "document": ["attachments"],
        "picture": [],
    }


def test_the_rich_example_has_a_process_that_waits_for_systems_and_one_that_waits_for_people_alone() -> None:
    kinds = {process["name"]: found(process, "steps", "kind") for process in document_of(RICH)["processes"]}
    assert kinds["ticket_intake"] == {"llm_intent", "service", "wait", "condition", "subprocess"}
    assert kinds["follow_up"] == {"wait", "parallel", "service", "llm_intent"}
    assert kinds["refund_decision"] == {"human_task", "side_effect"}
