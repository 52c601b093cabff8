"""Applications that Dazzle does not run: theirs is the same stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.checks import assert_confined, assert_gone, assert_no_secret_in
from tests.support.cli import SMALL
from tests.support.engine import Engine
from tests.support.stack import make_stack, request
from tests.support.trees import build_tree

FASTAPI = {
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
PROJECTS = {"fastapi": FASTAPI}


@pytest.mark.parametrize("runtime", PROJECTS)
def test_a_row_of_an_application_is_in_postgresql(engine: Engine, tmp_path: Path, runtime: str) -> None:
    files = {"dazzle.toml": '[project]\nname = "desk"\nversion = "1.0.0"\n', "appspec.json": json.dumps(SMALL)}
    stack = make_stack(engine, runtime, build_tree(tmp_path, {**files, **PROJECTS[runtime]}))
    try:
        stack.up("from scratch to healthy, packages fetched")
        request("POST", "/tickets/burns", {})
        assert stack.sql("select title from ticket") == "burns"
        assert_confined(stack)
        assert_no_secret_in(stack, stack.model()["services"]["web"]["image"])
    finally:
        engine.compose(tmp_path, "down", "--volumes", check=False)
    assert_gone(engine)
