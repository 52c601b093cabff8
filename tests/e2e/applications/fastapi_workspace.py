"""FastAPI as a member of a workspace of uv, with another member that it imports; the lock is at the root."""

from __future__ import annotations

from tests.support.applications import IN_MEMBER, Edit, SampleApplication

__all__ = ["APPLICATION"]

MAIN = """\
    import os
    from contextlib import asynccontextmanager

    import psycopg
    from fastapi import FastAPI
    from greetings import who

    GREETING = "Welcome"


    def run(query, *values):
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(query, values)


    @asynccontextmanager
    async def lifespan(app):
        run("create table if not exists ticket (title text)")
        yield


    app = FastAPI(lifespan=lifespan)


    @app.get("/")
    def greet():
        return {"greeting": f"{GREETING} {who()}"}


    @app.get("/health")
    def health():
        run("select 1")
        return {"status": "ok"}


    @app.get("/tickets")
    def tickets():
        return {"titles": [title for (title,) in run("select title from ticket")]}


    @app.post("/tickets/{title}")
    def add(title: str):
        run("insert into ticket values (%s)", title)
        return {"title": title}
    """

APPLICATION = SampleApplication(
    name="FastAPI in a workspace of uv",
    folder="apps/api",
    lock=("python:3.12-slim", "pip install --quiet uv && uv lock --quiet"),
    files={
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "libs/*"]\n',
        "apps/api/pyproject.toml": """\
            [project]
            name = "api"
            version = "1.0.0"
            requires-python = ">=3.12"
            dependencies = ["fastapi", "greetings", "psycopg[binary]", "uvicorn"]

            [tool.uv.sources]
            greetings = { workspace = true }
            """,
        "apps/api/main.py": MAIN,
        "libs/greetings/pyproject.toml": """\
            [project]
            name = "greetings"
            version = "1.0.0"
            requires-python = ">=3.12"

            [build-system]
            requires = ["hatchling"]
            build-backend = "hatchling.build"
            """,
        "libs/greetings/src/greetings/__init__.py": 'def who():\n    return "everybody"\n',
    },
    edits=(
        Edit("apps/api/main.py"),
        Edit("libs/greetings/src/greetings/__init__.py", "everybody", "all of you", IN_MEMBER),
    ),
)
