"""Projects in folders with names that shells, Compose and the engine could take for something else."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.e2e.checks import assert_confined, assert_gone, assert_no_secret_in
from tests.support.cli import SMALL
from tests.support.engine import Engine
from tests.support.measurements import EDIT, FIRST
from tests.support.stack import close_to_others, make_stack, request
from tests.support.trees import build_tree
from tests.support.watching import measured_until, watching

PROJECT = {
    "dazzle.toml": '[project]\nname = "desk"\nversion = "1.0.0"\n',
    "appspec.json": json.dumps(SMALL),
    "requirements.txt": "fastapi\nuvicorn\npsycopg[binary]\n",
    "main.py": """\
        import os

        import psycopg
        from fastapi import FastAPI

        app = FastAPI()


        def run(query, *values):
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
                return connection.execute(query, values)


        @app.get("/health")
        def health():
            return {"status": "ok"}


        @app.post("/tickets/{title}")
        def add(title: str):
            run("create table if not exists ticket (title text)")
            run("insert into ticket values (%s)", title)
            return {"title": title}
        """,
}


@pytest.mark.exhaustive
@pytest.mark.parametrize("folder", ["Größe & Maß: shop $HOME"])
def test_a_stack_starts_and_follows_edits_in(engine: Engine, tmp_path: Path, folder: str) -> None:
    project = tmp_path / folder
    close_to_others(build_tree(project, PROJECT))
    stack = make_stack(engine, "FastAPI in a folder with a colon", project)
    try:
        stack.up(FIRST)
        request("POST", "/tickets/burns", {})
        assert stack.sql("select title from ticket") == "burns"
        assert_confined(stack)
        assert_no_secret_in(stack, stack.model()["services"]["web"]["image"])
        with watching(stack):
            began, source = time.monotonic(), project / "main.py"
            source.write_text(source.read_text().replace('"ok"', '"fine"'))
            measured_until(stack, EDIT, began, lambda: request("GET", "/health") == {"status": "fine"})
    finally:
        engine.compose(project, "down", "--volumes", check=False)
    assert_gone(engine)
