"""A rich application: tenants, object storage, Redis and a worker.

The tests of this module share one stack and run in their order.
"""

from __future__ import annotations

import http.client
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.checks import assert_confined, assert_gone, measure_image
from tests.support.engine import Engine
from tests.support.measurements import COLUMN, FIRST
from tests.support.stack import PASSWORD, ROOT, Stack, make_stack, request
from tests.support.watching import measured_until, patiently, watching

ANN = "ann@example.com"
READ = """
import os, sys, boto3
store = boto3.client("s3", endpoint_url=os.environ["DAZZLE_AWS_ENDPOINT_URL"])
print(store.get_object(Bucket=sys.argv[1], Key=sys.argv[2])["Body"].read().decode())
"""
RUNS = "select status, current_step, attempts from process_runs where process_name = 'ticket_intake'"


@pytest.fixture(scope="module")
def desk(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    project = Path(shutil.copytree(ROOT / "examples/02-ticket-desk", tmp_path_factory.mktemp("desk") / "project"))
    stack = make_stack(engine, "ticket desk", project)
    try:
        stack.up(FIRST)
        stack.add_user("op@example.com", "admin")
        company = request("POST", "/companies", {"name": "Mill", "slug": "mill"}, stack.sign_in("op@example.com"))
        stack.add_user(ANN, "agent")
        stack.python((project / "let_in.py").read_text(), ANN, company["id"], "agent")
        yield stack
    finally:
        engine.compose(project, "down", "--volumes", "--remove-orphans", check=False)


def eventually(stack: Stack, query: str, expected: str, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while (found := stack.sql(query)) != expected:
        assert time.monotonic() < deadline, f"{query}: {found}"
        time.sleep(1)


def test_a_tenants_row_made_through_http_is_in_postgresql_and_is_searched(desk: Stack) -> None:
    ticket = {"subject": "Printer burns", "description": "Smoke"}
    request("POST", "/tickets", ticket, desk.sign_in(ANN))
    companies = """select t.subject, c.slug from "Ticket" t join "Company" c on c.id::text = t.tenant_id::text"""
    assert desk.sql(companies) == "Printer burns|mill"
    found = request("GET", "/_dazzle/fts/Ticket?q=printer", headers=desk.sign_in(ANN))
    assert "Printer burns" in str(found)


def test_the_worker_works_while_the_application_is_stopped(desk: Stack) -> None:
    eventually(desk, RUNS, "waiting|grace|1")
    desk.compose("stop", "web")
    desk.sql("update process_runs set status = 'pending', deliver_at = now() where process_name = 'ticket_intake'")
    eventually(desk, RUNS, "waiting|grace|2")
    desk.compose("up", "--wait")


def test_without_a_worker_nothing_would_have_moved(desk: Stack) -> None:
    desk.compose("stop", "web", "worker")
    desk.sql("update process_runs set status = 'pending', deliver_at = now() where process_name = 'ticket_intake'")
    time.sleep(5)
    assert desk.sql(RUNS) == "pending|grace|2"
    desk.compose("up", "--wait")


def test_a_file_goes_straight_into_the_object_store_and_comes_back(desk: Stack) -> None:
    session = request("POST", "/auth/login", {"email": ANN, "password": PASSWORD})["cookies"]
    cookies = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in session.items()),
        "X-CSRF-Token": session["dazzle_csrf"],
    }
    asked = {"filename": "note.txt", "content_type": "text/plain"}
    ticket = request("POST", "/api/attachment/upload-ticket", asked, cookies)
    upload(ticket["upload"]["url"], ticket["upload"]["fields"], b"it burns")
    assert desk.python(READ, ticket["s3_bucket"], ticket["s3_key"]) == "it burns"


def upload(url: str, fields: dict[str, str], content: bytes) -> None:
    """Send the form that a browser sends; every *.localhost is this machine to a browser, not to each resolver."""
    address, edge = urlsplit(url), "edge"
    assert address.hostname == "storage.localhost"
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="note.txt"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", address.port or 80, timeout=180)
    headers = {"Host": address.netloc, "Content-Type": f"multipart/form-data; boundary={edge}"}
    connection.request("POST", address.path, body, headers)
    answer = connection.getresponse()
    assert answer.status in {200, 201, 204}, answer.read().decode()
    connection.close()


def test_a_change_of_the_model_is_a_column_and_restarts_the_worker(desk: Stack) -> None:
    source, before = desk.project / "dsl/tickets.dsl", started(desk, "worker")
    column = "select count(*) from information_schema.columns where table_name = 'Ticket' and column_name = 'weather'"
    with watching(desk):
        began = time.monotonic()
        text = source.read_text()
        source.write_text(
            text.replace("  page_reference: str(80)\n", "  page_reference: str(80)\n  weather: str(40)\n")
        )
        measured_until(desk, COLUMN, began, lambda: desk.sql(column) == "1")
        measured_until(
            desk, "edit of an entity until the worker has restarted", began, lambda: started(desk, "worker") > before
        )
        patiently(lambda: request("GET", "/health"))
    desk.compose("up", "--wait")
    eventually(desk, """select count(*) from "Ticket" where subject = 'Printer burns'""", "1")


def started(stack: Stack, service: str) -> str:
    """Return when the container of a service was started the last time."""
    container = stack.compose("ps", "--all", "--quiet", service).strip()
    return stack.engine.docker("inspect", "--format", "{{.State.StartedAt}}", container)


def test_containers_are_confined_and_the_image_is_small(desk: Stack) -> None:
    assert_confined(desk)
    assert measure_image(desk, "ticket_desk:dev") <= 450e6


def test_down_with_volumes_leaves_nothing(desk: Stack) -> None:
    desk.compose("down", "--volumes")
    assert_gone(desk.engine)
