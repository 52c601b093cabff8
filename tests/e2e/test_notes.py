"""A small application: from nothing to a row in PostgreSQL, through a crash and a change of its model.

The tests of this module share one stack and run in their order.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.checks import assert_confined, assert_gone, assert_no_secret_in, measure_image
from tests.support.cli import run_cli
from tests.support.engine import Engine
from tests.support.stack import ROOT, Stack, make_stack, request

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
    stack = make_stack(engine, "notes", project, MAIL)
    try:
        stack.up("from scratch to healthy, packages fetched")
        stack.add_user("lead@example.com", "manager")
        yield stack
    finally:
        engine.compose(project, "down", "--volumes", "--remove-orphans", check=False)


def sites(stack: Stack) -> list[str]:
    return [site["name"] for site in request("GET", "/sites", headers=stack.sign_in("lead@example.com"))["items"]]


def patiently(ask: Callable[[], list[str]], seconds: float = 180) -> list[str]:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


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
    notes.up("up again after the database was killed")
    # Each connection of the application's pool that died with the server fails one request before it is replaced.
    assert patiently(lambda: sites(notes)) == ["Mill pond"]


def test_a_change_of_the_source_is_built_and_served(notes: Stack) -> None:
    source = notes.project / "dsl/notes.dsl"
    source.write_text(source.read_text().replace("Observations from the field,", "Observations, from the field,"))
    notes.up("warm: a change of the source, built and healthy")
    assert "Observations, from the field," in notes.compose("exec", "--no-TTY", "web", "cat", "dsl/notes.dsl")


def test_what_was_stopped_starts_again(notes: Stack) -> None:
    notes.compose("down")
    notes.up("warm: up after down, nothing changed")
    assert sites(notes) == ["Mill pond"]


@pytest.mark.parametrize("builder", ["BuildKit", "the classic builder"])
def test_no_secret_is_in_the_image_of(notes: Stack, builder: str) -> None:
    image = "field-notes:dev"
    if builder != "BuildKit":
        image = "field-notes:classic"
        notes.compose("build", environment={"DOCKER_BUILDKIT": "0", "APP_TAG": "classic"})
    assert_no_secret_in(notes, image)
    measure_image(notes, image, f"image by {builder}")


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
    notes.up("after a change of the model, packages fetched")

    assert sites(notes) == ["Mill pond"]
    request("POST", "/sites", {"name": "Weir", "picture": "weir.png"}, notes.sign_in("lead@example.com"))
    assert notes.sql('select name, picture from "Site" order by name') == "Mill pond|\nWeir|weir.png"
    assert_confined(notes)


def test_down_with_volumes_leaves_nothing(notes: Stack) -> None:
    notes.compose("down", "--volumes")
    assert_gone(notes.engine)
