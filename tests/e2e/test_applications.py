"""Projects of other runtimes, from the first start to `down --volumes`.

Each project has one stack, and the tests run in their order.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.applications import APPLICATIONS
from tests.e2e.checks import assert_confined, assert_gone, assert_no_secret_in, measure_image
from tests.support.applications import SampleApplication
from tests.support.cli import SMALL
from tests.support.engine import Engine
from tests.support.exhaustive import exhaustive_except
from tests.support.measurements import AFTER_KILL, COLUMN, FIRST, WARM
from tests.support.releases import git
from tests.support.stack import Stack, close_to_others, make_stack, request
from tests.support.standins import build_base
from tests.support.trees import build_tree
from tests.support.watching import measured_until, patiently, watching

TABLE = '[project]\nname = "shop"\nversion = "1.0.0"\n'
PRIORITY = "select count(*) from information_schema.columns where table_name = 'ticket' and column_name = 'priority'"


@dataclass(frozen=True)
class Running:
    """A sample and its stack."""

    sample: SampleApplication
    stack: Stack

    @property
    def root(self) -> Path:
        """The root of the repository."""
        depth = 0 if self.sample.folder == "." else len(self.sample.folder.split("/"))
        return self.stack.project.parents[depth - 1] if depth else self.stack.project

    def page(self, path: str = "/", port: int | None = None) -> str:
        """Return what a browser gets at a path, with the scripts of its page."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.sample.port, timeout=20)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status == 200, text
        scripts = re.findall(r'<script[^>]* src="([^"]+)"', text)
        return text + "".join(self.page(script, port) for script in scripts)

    def titles(self) -> list[str]:
        """Return the tickets that the application finds."""
        found: list[str] = request("GET", "/tickets", port=self.sample.port)["titles"]
        return found


@pytest.fixture(
    scope="module",
    params=exhaustive_except(APPLICATIONS, [APPLICATIONS[0], APPLICATIONS[-1]]),
    ids=lambda sample: sample.name,
)
def running(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Running]:
    sample: SampleApplication = request.param
    root = build_tree(tmp_path_factory.mktemp("sample"), sample.files)
    project = build_tree(
        root / sample.folder, {"dazzle.toml": TABLE + sample.settings, "appspec.json": json.dumps(SMALL)}
    )
    git(root, "init", "--quiet")
    if sample.lock:
        image, command = sample.lock
        build_base(engine, image, engine.folder / "standins")
        engine.docker("run", "--rm", f"--volume={root}:/project", "--workdir=/project", image, "sh", "-c", command)
    close_to_others(root)
    stack = make_stack(engine, sample.name, project)
    try:
        stack.up(FIRST)
        yield Running(sample, stack)
    finally:
        engine.compose(project, "down", "--volumes", "--remove-orphans", check=False)


def skip_static(running: Running) -> None:
    if running.sample.is_static:
        pytest.skip(f"{running.sample.name} serves built pages, which have no database")


def test_the_first_start_serves_and_stores(running: Running) -> None:
    assert "Welcome" in running.page()
    assert_confined(running.stack)
    if not running.sample.is_static:
        request("POST", "/tickets/burns", {}, port=running.sample.port)
        assert running.stack.sql("select title from ticket") == "burns"
        assert running.titles() == ["burns"]


def test_the_worker_works(running: Running) -> None:
    if not running.sample.has_worker:
        pytest.skip(f"{running.sample.name} has no worker")

    def closed() -> None:
        assert running.stack.sql("select closed from ticket") == "t"

    patiently(closed, 30)


def test_edits_are_visible(running: Running) -> None:
    def is_shown() -> bool:
        return edit.new in running.page()

    with watching(running.stack):
        for edit in running.sample.edits:
            source = running.root / edit.file
            began = time.monotonic()
            source.write_text(source.read_text().replace(edit.old, edit.new))
            measured_until(running.stack, edit.measured, began, is_shown)


def test_a_migration_becomes_a_column(running: Running) -> None:
    migration = running.sample.migration
    if migration is None:
        pytest.skip(f"{running.sample.name} has no migrations")
    if not running.sample.migrates_itself:
        build_tree(running.root, {migration.file: migration.content})
        running.stack.compose("up", "--build", "--wait")
        assert running.stack.sql(PRIORITY) == "1"
        return
    with watching(running.stack):
        began = time.monotonic()
        build_tree(running.root, {migration.file: migration.content})
        measured_until(running.stack, COLUMN, began, lambda: running.stack.sql(PRIORITY) == "1")
        patiently(running.titles)


def test_the_development_server_shows_an_edit(running: Running) -> None:
    if not running.sample.is_static:
        pytest.skip(f"{running.sample.name} has no separate development server")
    [edit] = running.sample.edits
    source = running.root / edit.file
    with watching(running.stack, "--profile", "develop", "up", "--build", "--watch", "develop"):
        patiently(lambda: running.page("/src/main.jsx", 5173))
        began = time.monotonic()
        source.write_text(source.read_text().replace(edit.new, "Good evening"))
        measured_until(
            running.stack,
            "edit until the development server shows it",
            began,
            lambda: "Good evening" in running.page("/src/main.jsx", 5173),
        )
    running.stack.compose("--profile", "develop", "down")
    running.stack.compose("up", "--build", "--wait")
    assert "Good evening" in running.page()


def test_health_tells_of_a_killed_database_and_the_application_recovers(running: Running) -> None:
    skip_static(running)
    running.stack.compose("kill", "--signal", "KILL", "database")
    assert not running.stack.is_healthy("web")
    running.stack.up(AFTER_KILL)
    assert patiently(running.titles) == ["burns"]
    assert running.stack.is_healthy("web")


def test_what_was_stopped_starts_again(running: Running) -> None:
    running.stack.compose("down")
    running.stack.up(WARM)
    assert "Good" in running.page()
    if not running.sample.is_static:
        assert running.titles() == ["burns"]


def test_the_image_has_no_secret(running: Running) -> None:
    image = running.stack.model()["services"]["web"]["image"]
    measure_image(running.stack, image)
    if not running.sample.is_static:
        assert_no_secret_in(running.stack, image, running.sample.contained)


def test_down_with_volumes_leaves_nothing(running: Running) -> None:
    running.stack.compose("down", "--volumes")
    assert_gone(running.stack.engine)
