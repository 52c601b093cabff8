"""Two checkouts of one application on one engine: neither harms the other, whatever the README of either says.

The tests of this module share the stacks and run in their order.
"""

from __future__ import annotations

import http.client
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.checks import assert_gone
from tests.support.cli import run_cli
from tests.support.engine import Engine
from tests.support.measurements import COLUMN, EDIT, FIRST
from tests.support.releases import git
from tests.support.stack import ROOT, Stack, make_stack
from tests.support.watching import measured_until, watching

NAMES = ("COMPOSE_PROJECT_NAME", "APP_TAG", "WEB_PORT")


@dataclass(frozen=True)
class Checkouts:
    """The first checkout, and a linked worktree of the same repository."""

    first: Stack
    second: Stack

    def rows(self) -> tuple[str, str]:
        """Return what the database of each contains."""
        query = 'select name from "Site"'
        return self.first.sql(query), self.second.sql(query)

    def add_rows(self, *stacks: Stack) -> None:
        """Write the name of the stack into its database."""
        for stack in stacks:
            command = ("exec", "--no-TTY", "database", "psql", "--username=app", f"--set=name={stack.name}", "app")
            stack.compose(*command, given="""insert into "Site" (id, name) values (gen_random_uuid(), :'name')""")


def local(stack: Stack) -> dict[str, str]:
    """Return the lines of `.env` that separate checkouts."""
    lines = (stack.project / "infra/docker/.env").read_text().splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: pairs[name] for name in NAMES if name in pairs}


def answers(stack: Stack) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def model_of(stack: Stack) -> str:
    return stack.compose("exec", "--no-TTY", "web", "cat", "dsl/notes.dsl")


@pytest.fixture(scope="module")
def checkouts(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkouts]:
    folder = tmp_path_factory.mktemp("side")
    project = Path(shutil.copytree(ROOT / "examples/01-notes", folder / "first"))
    git(project, "init", "--quiet")
    first = make_stack(engine, "first of two checkouts", project)
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "the stack")
    git(project, "worktree", "add", "--quiet", "../second")
    second = Stack("second of two checkouts", folder / "second", engine)
    ran = run_cli("docker", "--appspec", "appspec.json", cwd=second.project, environment=engine.environment)
    assert ran.status == 0, ran.err
    try:
        first.up(FIRST)
        second.up(FIRST)
        found = Checkouts(first, second)
        found.add_rows(first, second)
        yield found
    finally:
        for stack in (first, second):
            engine.compose(stack.project, "down", "--volumes", "--remove-orphans", check=False)


def test_the_second_checkout_has_a_name_a_tag_and_a_port_of_its_own(checkouts: Checkouts) -> None:
    assert local(checkouts.first) == {}
    assert local(checkouts.second) == {
        "COMPOSE_PROJECT_NAME": "field-notes-second",
        "APP_TAG": "field-notes-second",
        "WEB_PORT": "8001",
    }
    models = [stack.model() for stack in (checkouts.first, checkouts.second)]
    for found in zip(*({volume["name"] for volume in model["volumes"].values()} for model in models), strict=True):
        assert found[0] != found[1]
    assert models[0]["services"]["web"]["image"] != models[1]["services"]["web"]["image"]


def test_both_run_at_once_with_data_of_their_own(checkouts: Checkouts) -> None:
    assert answers(checkouts.first)
    assert answers(checkouts.second)
    assert checkouts.rows() == (checkouts.first.name, checkouts.second.name)


def test_the_loop_of_one_does_not_touch_the_other(checkouts: Checkouts) -> None:
    source = checkouts.second.project / "dsl/notes.dsl"
    column = "select count(*) from information_schema.columns where table_name = 'Site' and column_name = 'wind'"
    with watching(checkouts.second):
        began = time.monotonic()
        source.write_text(
            source.read_text().replace("  access_notes: text\n", "  access_notes: text\n  wind: str(40)\n")
        )
        measured_until(
            checkouts.second,
            COLUMN,
            began,
            lambda: checkouts.second.sql(column) == "1",
        )
        # It migrates before it serves.
        measured_until(checkouts.second, EDIT, began, lambda: answers(checkouts.second))
    assert checkouts.first.sql(column) == "0"
    assert answers(checkouts.first)
    assert "wind" not in model_of(checkouts.first)
    assert checkouts.rows() == (checkouts.first.name, checkouts.second.name)


def test_down_and_up_of_one_leave_the_other_running(checkouts: Checkouts) -> None:
    for stopped, other in ((checkouts.first, checkouts.second), (checkouts.second, checkouts.first)):
        stopped.compose("down")
        assert answers(other)
        stopped.compose("up", "--build", "--wait")
    assert checkouts.rows() == (checkouts.first.name, checkouts.second.name)


def test_down_with_volumes_of_either_deletes_its_own_data_alone(checkouts: Checkouts) -> None:
    checkouts.first.compose("down", "--volumes")
    assert checkouts.second.sql('select name from "Site"') == checkouts.second.name
    assert answers(checkouts.second)
    checkouts.first.compose("up", "--build", "--wait")
    checkouts.add_rows(checkouts.first)
    checkouts.second.compose("down", "--volumes")
    assert checkouts.first.sql('select name from "Site"') == checkouts.first.name
    assert answers(checkouts.first)
    checkouts.first.compose("down", "--volumes")
    assert_gone(checkouts.first.engine)
