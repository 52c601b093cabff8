"""An application that answers only the hosts of its model: it becomes healthy, and its tenants are at SLUG.localhost.

The tests of this module share one stack and run in their order.
"""

from __future__ import annotations

import http.client
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.checks import assert_confined, assert_gone, measure_image
from tests.support.engine import Engine
from tests.support.measurements import AFTER_KILL, FIRST, WARM
from tests.support.stack import PASSWORD, ROOT, Stack, make_stack
from tests.support.watching import patiently

ADDRESS = "admin@example.com"


@pytest.fixture(scope="module")
def schools(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    project = Path(
        shutil.copytree(ROOT / "examples/03-tenant-hierarchy", tmp_path_factory.mktemp("schools") / "project")
    )
    stack = make_stack(engine, "tenant hierarchy", project)
    try:
        stack.up(FIRST)
        stack.add_user(ADDRESS, "super_admin")
        stack.sql("""insert into "Region" (id, slug, name) values (gen_random_uuid(), 'north', 'North')""")
        yield stack
    finally:
        engine.compose(project, "down", "--volumes", "--remove-orphans", check=False)


def ask(method: str, path: str, host: str, body: object = None, cookies: str = "") -> tuple[int, list[str]]:
    """Return the status of the answer for a host, and its cookies."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=60)
    headers = {"Host": f"{host}:8000", "Content-Type": "application/json", "Cookie": cookies}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get_all("Set-Cookie") or []


@pytest.mark.parametrize(("host", "status"), [("localhost", 200), ("north.localhost", 200), ("other.example", 400)])
def test_a_host_is_answered_if_it_is_local_or_a_tenants(schools: Stack, host: str, status: int) -> None:
    assert ask("GET", "/health", host)[0] == status


def test_a_tenant_that_does_not_exist_is_not_answered(schools: Stack) -> None:
    assert ask("GET", "/health", "south.localhost")[0] in {400, 404}


def test_signing_in_works_at_localhost(schools: Stack) -> None:
    status, cookies = ask("POST", "/auth/login", "localhost", {"email": ADDRESS, "password": PASSWORD})
    assert status == 200
    assert any(cookie.startswith("__") and "Secure" in cookie for cookie in cookies)
    signed_in = "; ".join(cookie.split(";")[0] for cookie in cookies)
    assert ask("GET", "/auth/me", "localhost")[0] == 401
    assert ask("GET", "/auth/me", "localhost", cookies=signed_in)[0] == 200


def test_health_tells_of_a_killed_database_and_the_application_recovers(schools: Stack) -> None:
    assert_confined(schools)
    assert schools.is_healthy("web")
    schools.compose("kill", "--signal", "KILL", "database")
    assert not schools.is_healthy("web")
    schools.up(AFTER_KILL)

    def answers() -> None:
        assert ask("GET", "/health", "north.localhost")[0] == 200

    patiently(answers)


def test_what_was_stopped_starts_again(schools: Stack) -> None:
    schools.compose("down")
    schools.up(WARM)
    assert ask("GET", "/health", "north.localhost")[0] == 200
    measure_image(schools, schools.model()["services"]["web"]["image"])


def test_down_with_volumes_leaves_nothing(schools: Stack) -> None:
    schools.compose("down", "--volumes")
    assert_gone(schools.engine)
