"""A small application: from nothing to a row in PostgreSQL, through a crash and a change of its model.

The tests of this module share one stack and run in their order.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.checks import assert_confined, assert_gone, assert_no_secret_in, measure_image
from tests.support.cli import run_cli
from tests.support.engine import Engine
from tests.support.measurements import AFTER_KILL, COLUMN, EDIT, FIRST, IMAGE, WARM, measured, seconds_since
from tests.support.stack import ROOT, Stack, close_to_others, make_stack, request
from tests.support.watching import patiently, watching

MAIL = '\n[infra.overrides]\nmail = { needed = true, reason = "who is let in gets a message" }\n'
SEND = """
import asyncio, os
from dazzle.http.channels.adapters.email import MailpitAdapter
from dazzle.http.channels.detection import DetectionResult, ProviderStatus
from dazzle.http.channels.outbox import OutboxMessage

address = f"smtp://{os.environ['MAILPIT_HOST']}:{os.environ['MAILPIT_SMTP_PORT']}"
adapter = MailpitAdapter(DetectionResult("mailpit", ProviderStatus.AVAILABLE, connection_url=address))
letter = {"to": "ann@example.com", "subject": "You are in", "body": "Welcome."}
print(asyncio.run(adapter.send(OutboxMessage("1", "letters", "send", "Letter", letter, "ann@example.com"))).status.name)
"""


@pytest.fixture(scope="module")
def notes(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    project = Path(shutil.copytree(ROOT / "examples/01-notes", tmp_path_factory.mktemp("notes") / "project"))
    close_to_others(project)
    stack = make_stack(engine, "notes", project, MAIL)
    try:
        stack.up(FIRST)
        stack.add_user("lead@example.com", "manager")
        yield stack
    finally:
        engine.compose(project, "down", "--volumes", "--remove-orphans", check=False)


SERVER = """
began=$(date +%s%N)
python -P /opt/app/application.py serve >/dev/null 2>&1 &
until python -IS /opt/app/health.py 2>/dev/null; do sleep 0.2; done
echo $((($(date +%s%N) - began) / 1000000))
"""
"""Prints how many milliseconds the server itself needs until it is healthy."""


def sites(stack: Stack) -> list[str]:
    return [site["name"] for site in request("GET", "/sites", headers=stack.sign_in("lead@example.com"))["items"]]


def test_a_row_made_through_http_is_in_postgresql(notes: Stack) -> None:
    request("POST", "/sites", {"name": "Mill pond"}, notes.sign_in("lead@example.com"))
    assert notes.sql('select name from "Site"') == "Mill pond"
    assert sites(notes) == ["Mill pond"]


def test_mail_that_the_application_sends_is_caught(notes: Stack) -> None:
    assert notes.python(SEND).endswith("SUCCESS")
    [message] = request("GET", "/api/v1/messages", port=8025)["messages"]
    assert (message["Subject"], message["To"][0]["Address"]) == ("You are in", "ann@example.com")


def test_containers_are_confined(notes: Stack) -> None:
    assert_confined(notes)


def test_a_database_that_was_killed_comes_back_with_its_rows(notes: Stack) -> None:
    notes.compose("kill", "--signal", "KILL", "database")
    notes.up(AFTER_KILL)
    # Each connection of the application's pool that died with the server fails one request before it is replaced.
    assert patiently(lambda: sites(notes)) == ["Mill pond"]


def model_in_use() -> str:
    digest: str = request("GET", "/health")["dsl_hash"]
    return digest


def another_model(before: str) -> list[str]:
    now = model_in_use()
    assert now != before
    return [now]


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        (EDIT, "Observations from the field,", "Observations at the field,"),
        (COLUMN, "  access_notes: text\n", "  access_notes: text\n  wind: str(40)\n"),
    ],
)
def test_a_change_of_the_model_is_served_without_a_new_image(notes: Stack, what: str, old: str, new: str) -> None:
    source = notes.project / "dsl/notes.dsl"
    with watching(notes):
        before, began = model_in_use(), time.monotonic()
        source.write_text(source.read_text().replace(old, new))
        patiently(lambda: another_model(before))
        measured(notes.name, what, seconds_since(began))
    columns = "select count(*) from information_schema.columns where table_name = 'Site' and column_name = 'wind'"
    assert notes.sql(columns) == ("1" if what == COLUMN else "0")
    assert sites(notes) == ["Mill pond"]


def test_a_restored_database_is_migrated_at_the_next_start(notes: Stack) -> None:
    columns = "select count(*) from information_schema.columns where table_name = 'Site' and column_name = 'moon'"
    dump = notes.compose("exec", "--no-TTY", "database", "pg_dump", "--username=app", "--clean", "--if-exists", "app")
    source = notes.project / "dsl/notes.dsl"
    text = source.read_text()
    source.write_text(text.replace("  access_notes: text\n", "  access_notes: text\n  moon: str(40)\n"))
    notes.compose("restart", "web")
    notes.compose("up", "--wait")
    assert notes.sql(columns) == "1"
    notes.compose("stop", "web")
    restore = ("exec", "--no-TTY", "database", "psql", "--username=app", "--set=ON_ERROR_STOP=1", "--quiet", "app")
    notes.compose(*restore, given=dump)
    assert notes.sql(columns) == "0"
    notes.compose("up", "--wait")
    assert notes.sql(columns) == "1"
    assert sites(notes) == ["Mill pond"]


def test_a_change_of_the_source_is_built_and_served(notes: Stack) -> None:
    source = notes.project / "dsl/notes.dsl"
    source.write_text(source.read_text().replace("Observations at the field,", "Observations, from the field,"))
    notes.up("start after a change of the source")
    assert "Observations, from the field," in notes.compose("exec", "--no-TTY", "web", "cat", "dsl/notes.dsl")


def test_what_was_stopped_starts_again(notes: Stack) -> None:
    notes.compose("down")
    notes.up(WARM)
    assert sites(notes) == ["Mill pond"]
    # The lines before the last one are of the build.
    said = notes.compose("run", "--rm", "--no-TTY", "--no-deps", "--entrypoint", "sh", "web", "-c", SERVER)
    seconds = int(said.split()[-1]) / 1000
    measured(notes.name, "start of the server itself, for comparison with the warm start", f"{seconds:.1f} s")


@pytest.mark.parametrize("builder", ["BuildKit", "the classic builder"])
def test_no_secret_is_in_the_image_of(notes: Stack, builder: str) -> None:
    image = "field-notes:dev"
    if builder != "BuildKit":
        image = "field-notes:classic"
        notes.compose("build", environment={"DOCKER_BUILDKIT": "0", "APP_TAG": "classic"})
    assert_no_secret_in(notes, image)
    measure_image(notes, image, IMAGE if builder == "BuildKit" else "image by the classic builder, base")


def test_a_change_of_the_model_keeps_the_rows(notes: Stack) -> None:
    source = notes.project / "dsl/notes.dsl"
    source.write_text(source.read_text().replace("  access_notes: text\n", "  access_notes: text\n  picture: file\n"))
    export = notes.project / "appspec.json"
    model = json.loads(export.read_text())
    [site] = [entity for entity in model["domain"]["entities"] if entity["name"] == "Site"]
    [field] = [field for field in site["fields"] if field["name"] == "access_notes"]
    site["fields"].append({**field, "name": "picture", "type": {**field["type"], "kind": "file"}})
    export.write_text(json.dumps(model))

    ran = run_cli("update", "--appspec", "appspec.json", cwd=notes.project)
    assert ran.status == 0, ran.err
    assert "storage" in notes.model()["services"]
    notes.up("start after an update for object storage")

    assert sites(notes) == ["Mill pond"]
    request("POST", "/sites", {"name": "Weir", "picture": "weir.png"}, notes.sign_in("lead@example.com"))
    assert notes.sql('select name, picture from "Site" order by name') == "Mill pond|\nWeir|weir.png"
    assert_confined(notes)


def test_down_with_volumes_leaves_nothing(notes: Stack) -> None:
    notes.compose("down", "--volumes")
    assert_gone(notes.engine)
