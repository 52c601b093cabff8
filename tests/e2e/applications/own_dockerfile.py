"""An application with a Dockerfile of its own, and commands for the server, the migration and the worker."""

from __future__ import annotations

from tests.support.applications import Edit, Migration, SampleApplication

__all__ = ["APPLICATION"]

DOCKERFILE = """\
    FROM python:3.12-slim
    RUN pip install --no-cache-dir "psycopg[binary]" starlette uvicorn
    WORKDIR /srv
    COPY app.py migrate.py work.py ./
    COPY migrations migrations
    RUN chmod -R a+rX .
    USER 65534:65534
    EXPOSE 8000
    HEALTHCHECK --interval=2s --start-period=60s --retries=15 \\
      CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')"]
    CMD ["uvicorn", "app:app", "--host", "0.0.0.0"]
    """
APP = """\
    import os

    import psycopg
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    GREETING = "Welcome"


    def run(query, *values):
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            return connection.execute(query, values)


    def greet(request):
        return JSONResponse({"greeting": GREETING})


    def health(request):
        run("select 1")
        return JSONResponse({"status": "ok"})


    def tickets(request):
        return JSONResponse({"titles": [title for (title,) in run("select title from ticket")]})


    def add(request):
        run("insert into ticket (title) values (%s)", request.path_params["title"])
        return JSONResponse({})


    app = Starlette(
        routes=[
            Route("/", greet),
            Route("/health", health),
            Route("/tickets", tickets),
            Route("/tickets/{title}", add, methods=["POST"]),
        ]
    )
    """

APPLICATION = SampleApplication(
    name="a Dockerfile of its own",
    settings="""
[infra]
runtime = "fastapi"
dockerfile = "Dockerfile"

[infra.commands]
serve = "uvicorn app:app --host 0.0.0.0 --port 8000"
migrate = "python migrate.py"
worker = "python work.py"

[infra.overrides]
queue = { needed = true, reason = "tickets are closed by the worker" }

[infra.docker]
copy = ["app.py", "migrate.py", "work.py", "migrations"]
""",
    files={
        "Dockerfile": DOCKERFILE,
        "app.py": APP,
        "migrate.py": """\
            import os
            from pathlib import Path

            import psycopg

            with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
                for file in sorted(Path("migrations").glob("*.sql")):
                    connection.execute(file.read_text())
            """,
        "work.py": """\
            import os
            import time

            import psycopg

            while True:
                try:
                    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
                        connection.execute("update ticket set closed = true")
                except psycopg.OperationalError as error:
                    print(error, flush=True)
                time.sleep(0.5)
            """,
        "migrations/1.sql": "create table if not exists ticket (title text, closed boolean default false);\n",
    },
    edits=(Edit("app.py"),),
    migration=Migration("migrations/2.sql", "alter table ticket add column if not exists priority integer;\n"),
    has_worker=True,
    migrates_itself=False,
    contained="srv/app.py",
)
